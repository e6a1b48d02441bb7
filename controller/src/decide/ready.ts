import { readyMessages } from "@domain-claims/crds/messages/conditions";
import { tlsReasons } from "@domain-claims/crds/reasons";
import type { ReadyReason } from "@domain-claims/crds/reasons";
import type { Facts } from "../world/facts.ts";
import type { SourcesSummary } from "../world/kong-state.ts";
import type { Claim } from "../world/claim.ts";
import type { Condition, Stage } from "../world/claim-status.ts";
import type { ClaimVerdict } from "./claim.ts";
import type { ConditionDraft } from "./claim-conditions.ts";
import { https } from "./https.ts";
import type { Https } from "./https.ts";
import { routesShown, shownAs } from "./routes-shown.ts";
import type { Answering } from "./routes-shown.ts";

/** How far a claim is, as its stage and its condition `Ready` tell it. */
export interface Readiness {
  /** False while it is not known what Kong has for a host that is held: what was said before stays. */
  readonly known: boolean;
  readonly stage: Stage | undefined;
  readonly ready: ConditionDraft;
  readonly sources: SourcesSummary | undefined;
  /** As what the gateway is to be asked to show the host's routes; undefined: it can't be, or it is not waited for. */
  readonly asks: string | undefined;
}

/** Whether all that is asked for is there: the host is held, and what its namespace wants to serve is in Kong. */
export function readiness(facts: Facts, claim: Claim, verdict: ClaimVerdict): Readiness {
  const { host, phase, reason, message } = verdict;
  const programmed = verdict.conditions.find(({ type }) => type === "Programmed");
  if (host === undefined || phase === "Failed") return notHeld("False", reason, message);
  if (phase === "Pending") {
    const stuck = programmed !== undefined && programmed.reason !== "NotAccepted";
    return stuck
      ? notHeld("False", programmed.reason, byAdministrator(programmed))
      : notHeld("Unknown", reason, message);
  }
  const sources = facts.programmed(host)?.sources;
  const ordered = verdict.conditions.find(({ type }) => type === "CertificateReady");
  const secured = https(facts, claim, host, ordered);
  const answering = answeringOf(programmed);
  const shown = answering && routesShown(facts, claim, host, answering);
  const isShown = shown === "shown" || shown === "inKong";
  const asks = answering === undefined || isShown ? undefined : shownAs(claim.namespace, answering);
  const held = (stage: Stage, status: Condition["status"], why: string, said: string): Readiness => ({
    ...{ known: programmed !== undefined, stage, sources, asks },
    ready: { type: "Ready", status, reason: why, message: said },
  });
  const { rename } = verdict;
  if (rename === "unproved") return { ...held("Held", "Unknown", "Programming", ""), known: false };
  if (programmed === undefined) return held("Held", "Unknown", "Programming", readyMessages.routing(host));
  const refused = sources?.first;
  const isFaulty = !steady.has(programmed.reason);
  if (rename?.stage !== undefined && !isFaulty) return held(rename.stage, rename.status, rename.reason, rename.message);
  const notShown = (): Readiness => {
    const said = readyMessages.routesNotShown(host, shown === "late");
    const told = held("Routing", shown === "late" ? "False" : "Unknown", "RoutesNotShown" satisfies ReadyReason, said);
    return shown === "kept" ? { ...told, known: false } : told;
  };
  /** What comes after the routes: that the gateway answers for them, their certificate, and then that all is there. */
  const afterRoutes = (stage: Stage, why: ReadyReason, said: string): Readiness => {
    if (!isShown) return notShown();
    if (secured.kind === "waits") return held("HTTPS", "False", secured.reason, secured.message);
    if (secured.kind !== "awaited") return held(stage, "True", why, said);
    const message = readyMessages.certificateNotShown(host);
    return { ...held("HTTPS", "Unknown", "CertificateNotShown", message), known: false };
  };
  switch (programmed.reason) {
    case "NoRoutes":
      if (refused !== undefined) return held("Held", "False", refused.reason, refusal(sources));
      return claim.certificatePolicy === "Always" && secured.kind === "waits"
        ? held("Held", "False", secured.reason, secured.message)
        : held("Held", "True", "Unasked", readyMessages.unasked(host, claim.namespace));
    case "Redirecting":
      return afterRoutes(
        "Redirecting",
        "Redirecting",
        readyMessages.redirecting(host, programmed.message, shown === "shown"),
      );
    case "Renamed":
      return held("Held", "True", "Renamed", programmed.message);
    case "Programming":
      return held("Routing", "Unknown", "Programming", programmed.message);
    case "Programmed":
      if (refused === undefined)
        return afterRoutes("Live", "Live", readyMessages.live(host, certificateOf(secured), shown === "shown"));
      if (!refusesPaths(sources) && !isShown) return notShown();
      // What the certificate waits for says more than that there is none.
      if (refused.reason === "CertificateMissing" && !refusesPaths(sources) && secured.kind === "waits")
        return held("HTTPS", "False", secured.reason, secured.message);
      return held(refusesPaths(sources) ? "Routing" : "HTTPS", "False", refused.reason, refusal(sources));
    default:
      return held("Routing", "False", programmed.reason, byAdministrator(programmed));
  }
}

/** After these a rename goes on; anything else is what holds it up, and is told in its stead. */
const steady: ReadonlySet<string> = new Set(["Programmed", "NoRoutes", "Programming"]);

function notHeld(status: Condition["status"], reason: string, message: string): Readiness {
  const ready: ConditionDraft = { type: "Ready", status, reason, message };
  return { known: true, stage: undefined, ready, sources: undefined, asks: undefined };
}

/** What Kong has for the host, if that is all of what is asked for. */
function answeringOf({ reason }: Pick<ConditionDraft, "reason"> = { reason: "" }): Answering | undefined {
  return reason === "Programmed" || reason === "Redirecting" ? reason : undefined;
}

/** The first path that is not served, and how many more there are. */
function refusal(sources: SourcesSummary | undefined): string {
  const { first, refused = 0 } = sources ?? {};
  return readyMessages.refused(first?.message ?? "", Math.max(0, refused - (isOfPath(sources) ? 1 : 0)));
}

/** True if what is refused first is a path, and not a certificate. */
function isOfPath(sources: SourcesSummary | undefined): boolean {
  const { first } = sources ?? {};
  return first === undefined || !tlsReasons.has(first.reason);
}

/** True if not only certificates are refused. */
function refusesPaths(sources: SourcesSummary | undefined): boolean {
  return isOfPath(sources) || (sources?.refused ?? 0) > 0;
}

/** What can be said of the certificate of a host of which all is there. */
function certificateOf({ kind }: Https): Parameters<typeof readyMessages.live>[1] {
  return kind === "shown" || kind === "inKong" ? kind : "none";
}

function byAdministrator({ reason, message }: ConditionDraft): string {
  return reason === "KongUnreachable" || reason === "KongRefused" ? readyMessages.gateway(message) : message;
}
