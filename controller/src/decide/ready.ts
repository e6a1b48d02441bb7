import type { Host } from "@domain-claims/crds/hostname";
import { readyMessages } from "@domain-claims/crds/messages/conditions";
import { tlsReasons } from "@domain-claims/crds/reasons";
import type { ReadyReason } from "@domain-claims/crds/reasons";
import type { Facts } from "../world/facts.ts";
import type { SourcesSummary } from "../world/kong-state.ts";
import type { Claim } from "../world/claim.ts";
import type { Stage } from "../world/claim-status.ts";
import type { ClaimVerdict } from "./claim.ts";
import type { ConditionDraft } from "./claim-conditions.ts";
import { https } from "./https.ts";
import type { Https } from "./https.ts";
import { routesShown, shownAs } from "./routes-shown.ts";
import type { Answering, RoutesShown } from "./routes-shown.ts";

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
  const { host, phase, reason, message, rename } = verdict;
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
  const { known = true, stage, ...ready } = held({ claim, host, rename, programmed, sources, secured, shown });
  const asks = answering === undefined || isShown(shown) ? undefined : shownAs(claim.namespace, answering);
  return { known, stage, sources, asks, ready: { type: "Ready", ...ready } };
}

/** A host that is held, and all that its readiness rests on. */
interface Held extends Pick<ClaimVerdict, "rename"> {
  readonly claim: Claim;
  readonly host: Host;
  readonly programmed: ConditionDraft | undefined;
  readonly sources: SourcesSummary | undefined;
  readonly secured: Https;
  /** What the gateway has shown of the routes; undefined: it has none that are all of what is asked for. */
  readonly shown: RoutesShown | undefined;
}

/** What a claim is told that holds its host. */
interface Told extends Omit<ConditionDraft, "type"> {
  readonly stage: Readiness["stage"];
  /** Absent: true, see {@link Readiness}. */
  readonly known?: boolean;
}

function held(of: Held): Told {
  const { host, programmed, rename } = of;
  const unknown = { known: false, stage: "Held", status: "Unknown", reason: "Programming" } as const;
  if (rename === "unproved") return { ...unknown, message: "" };
  if (programmed === undefined) return { ...unknown, message: readyMessages.routing(host) };
  if (rename?.stage !== undefined && steady.has(programmed.reason)) return rename;
  const { reason, message } = programmed;
  switch (reason) {
    case "NoRoutes":
      return withoutRoutes(of);
    case "Redirecting": {
      const said = readyMessages.redirecting(host, message, of.shown === "shown");
      return whenAnswered(of, { stage: "Redirecting", status: "True", reason, message: said });
    }
    case "Renamed":
      return { stage: "Held", status: "True", reason, message };
    case "Programming":
      return { stage: "Routing", status: "Unknown", reason, message };
    case "Programmed":
      return withRoutes(of);
    default:
      return { stage: "Routing", status: "False", reason, message: byAdministrator(programmed) };
  }
}

function withoutRoutes({ claim, host, secured, sources }: Held): Told {
  if (isRefusing(sources)) return { stage: "Held", ...refusal(sources) };
  if (claim.certificatePolicy === "Always" && secured.kind === "waits") return { stage: "Held", ...lacking(secured) };
  return { stage: "Held", status: "True", reason: "Unasked", message: readyMessages.unasked(host, claim.namespace) };
}

function withRoutes(of: Held): Told {
  const { host, secured, shown, sources } = of;
  if (!isRefusing(sources)) {
    const message = readyMessages.live(host, certificateOf(secured), shown === "shown");
    return whenAnswered(of, { stage: "Live", status: "True", reason: "Live", message });
  }
  if (refusesPaths(sources)) return { stage: "Routing", ...refusal(sources) };
  if (!isShown(shown)) return notShown(of);
  // What the certificate waits for says more than that there is none.
  if (sources.first.reason === "CertificateMissing" && secured.kind === "waits")
    return { stage: "HTTPS", ...lacking(secured) };
  return { stage: "HTTPS", ...refusal(sources) };
}

/** What comes after the routes: that the gateway answers for them, their certificate, and then that all is there. */
function whenAnswered(of: Held, all: Told): Told {
  const { host, secured, shown } = of;
  if (!isShown(shown)) return notShown(of);
  if (secured.kind === "waits") return { stage: "HTTPS", ...lacking(secured) };
  if (secured.kind !== "awaited") return all;
  const reason: ReadyReason = "CertificateNotShown";
  return { known: false, stage: "HTTPS", status: "Unknown", reason, message: readyMessages.certificateNotShown(host) };
}

function notShown({ host, shown }: Held): Told {
  const isLate = shown === "late";
  const message = readyMessages.routesNotShown(host, isLate);
  const reason: ReadyReason = "RoutesNotShown";
  return { known: shown !== "kept", stage: "Routing", status: isLate ? "False" : "Unknown", reason, message };
}

/** True if nothing more is waited for until visitors are answered. */
function isShown(shown: RoutesShown | undefined): boolean {
  return shown === "shown" || shown === "inKong";
}

/** After these a rename goes on; anything else is what holds it up, and is told in its stead. */
const steady: ReadonlySet<string> = new Set(["Programmed", "NoRoutes", "Programming"]);

function notHeld(status: ConditionDraft["status"], reason: string, message: string): Readiness {
  const ready: ConditionDraft = { type: "Ready", status, reason, message };
  return { known: true, stage: undefined, ready, sources: undefined, asks: undefined };
}

/** What Kong has for the host, if that is all of what is asked for. */
function answeringOf({ reason }: Pick<ConditionDraft, "reason"> = { reason: "" }): Answering | undefined {
  return reason === "Programmed" || reason === "Redirecting" ? reason : undefined;
}

/** Sources of which something is refused. */
type Refusing = SourcesSummary & Required<Pick<SourcesSummary, "first">>;

function isRefusing(sources: SourcesSummary | undefined): sources is Refusing {
  return sources?.first !== undefined;
}

/** What is refused first, and how many more paths are not served. */
function refusal({ first, refused }: Refusing): Omit<Told, "stage"> {
  const others = Math.max(0, refused - (isOfPath(first) ? 1 : 0));
  return { status: "False", reason: first.reason, message: readyMessages.refused(first.message, others) };
}

function lacking({ reason, message }: Extract<Https, { readonly kind: "waits" }>): Omit<Told, "stage"> {
  return { status: "False", reason, message };
}

/** True if it is a path that is refused, and not a certificate. */
function isOfPath({ reason }: Refusing["first"]): boolean {
  return !tlsReasons.has(reason);
}

/** True if not only certificates are refused. */
function refusesPaths({ first, refused }: Refusing): boolean {
  return isOfPath(first) || refused > 0;
}

/** What can be said of the certificate of a host of which all is there. */
function certificateOf({ kind }: Https): Parameters<typeof readyMessages.live>[1] {
  return kind === "shown" || kind === "inKong" ? kind : "none";
}

function byAdministrator({ reason, message }: ConditionDraft): string {
  return reason === "KongUnreachable" || reason === "KongRefused" ? readyMessages.gateway(message) : message;
}
