import type { Host } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { ClaimStatus, Stage } from "../world/claim-status.ts";

/** What Kong has for a host that a claim is to be told of, as `Programmed` names it. */
export type Answering = "Programmed" | "Redirecting";

/**
 * How far it is known that the gateway answers for a host's routes, or with its redirect (rule X3). `inKong`: it can't be asked;
 * `shown`: it has shown it; `kept`: what was told before holds until it is known what is new, and shown; `awaited`: it has yet to
 * show it; `late`: it was asked, and has not.
 */
export type RoutesShown = "inKong" | "shown" | "kept" | "awaited" | "late";

/** As what the gateway is to show the routes that a namespace has for a host. */
export function shownAs(namespace: string, answering: Answering): string {
  return `${namespace} ${answering}`;
}

/** What of that is known for the host of the claim that holds it. */
export function routesShown(facts: Facts, claim: Claim, host: Host, answering: Answering): RoutesShown {
  const shown = facts.shownRoutes(host);
  if (shown.kind === "unasked") return "inKong";
  if (shown.kind === "none") return "kept";
  if (shown.kind === "before") return wasShown(claim.status, answering) ? "shown" : keptOr(claim, true, "awaited");
  if (shown.as === shownAs(claim.namespace, answering)) return "shown";
  if (shown.late === true) return "late";
  const other = answering === "Programmed" ? "Redirecting" : "Programmed";
  return keptOr(claim, shown.as === shownAs(claim.namespace, other), "awaited");
}

/** The stages in which the routes have been shown. */
const afterRouting: ReadonlySet<Stage | undefined> = new Set<Stage>([
  ...(["HTTPS", "Live", "Redirecting", "RenameHTTPS", "RenameCleanup"] as const),
]);

/** True if the claim was told before that the gateway answers so. */
function wasShown({ conditions, stage }: Partial<ClaimStatus> = {}, answering: Answering): boolean {
  if (stage === "Live") return answering === "Programmed";
  const told = conditions?.find(({ type }) => type === "Programmed");
  return afterRouting.has(stage) && told?.reason === answering;
}

/** A host that has been answered for all along keeps what its claim was told, however it is to be answered for next. */
function keptOr({ status }: Claim, answers: boolean, otherwise: RoutesShown): RoutesShown {
  return answers && afterRouting.has(status?.stage) ? "kept" : otherwise;
}
