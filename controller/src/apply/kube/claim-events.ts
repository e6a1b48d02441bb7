import { apiVersion, domains } from "@domain-claims/crds/domain";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import type { ClaimEventReason, DelegateReason, ProgrammedReason, TransferReason } from "@domain-claims/crds/reasons";
import type { KubeEvent } from "../../kube/event-object.ts";
import type { KubeError } from "../../kube/errors.ts";
import type { Claim } from "../../world/claim.ts";
import type { ClaimStatus } from "../../world/claim-status.ts";
import type { KubeContext } from "./context.ts";

/** Says in events what is new in a claim's status: what the claim has become, and what keeps its routes from Kong. */
export function sayNews(context: KubeContext, claim: Claim, before: ClaimStatus, now: ClaimStatus): void {
  const regarding = refOf(claim);
  const news = before.reason !== now.reason || (now.phase === "Failed" && before.message !== now.message);
  // The decision follows in a moment: that it is being made would only use up what may be said.
  if (news && now.reason !== "Deciding") {
    const type = now.phase === "Failed" && now.reason !== "Transferred" ? "Warning" : "Normal";
    context.events.record({ regarding, type, reason: now.reason, action: "Decide", note: now.message });
    const { namespace, name } = claim;
    context.decisionLog.note({ namespace, claim: name, host: now.host, phase: now.phase, reason: now.reason });
  }
  for (const condition of now.conditions) {
    const old = before.conditions.find(({ type }) => type === condition.type);
    const { reason, message } = condition;
    if (condition.type === "Renamed") {
      if (old?.reason === reason && old.status === condition.status) continue;
      const type = condition.status === "False" ? "Warning" : "Normal";
      context.events.record({ regarding, type, reason, action: "Rename", note: message });
      continue;
    }
    if (old !== undefined && troubles.has(old.reason) && condition.status === "True" && condition.type !== "Ready") {
      context.events.record({ regarding, type: "Normal", reason, action: "Program", note: message });
    }
    if (reason === "AwaitingAcceptance" && (old?.reason !== reason || old.message !== message))
      context.events.record({ regarding, type: "Normal", reason, action: "Decide", note: message });
    if (
      condition.type === "Ready" ||
      !troubles.has(condition.reason) ||
      (old?.reason === condition.reason && old.message === condition.message)
    )
      continue;
    context.events.record({ regarding, type: "Warning", reason, action: "Program", note: message });
  }
}

/** What keeps a host from being served, or a name from meaning whom it meant, though the claim holds. */
const troubles: ReadonlySet<string> = new Set<ProgrammedReason | DelegateReason | TransferReason>([
  "KongUnreachable",
  "KongRefused",
  "ForeignEntity",
  "ForeignHost",
  "WildcardUnsupported",
  "RedirectCircle",
  "RedirectTooLong",
  "RedirectInvalid",
  "RedirectUnsupported",
  "StaleGrant",
  "StaleTransfer",
]);

/** Says in an event, which is an object of its own, that nothing is written into the claim any more, or can't be, and why. */
export function sayTooLarge(context: KubeContext, claim: Claim, why: string): void {
  warn(context, claim, "ObjectTooLarge", why);
  context.log.warn({ namespace: claim.namespace, claim: claim.name }, "the claim is too large to be written");
}

/** Says in an event what the API server has against what we write into the claim: a rule, or a right that we lack. */
export function sayRefused(context: KubeContext, claim: Claim, { message }: KubeError): void {
  warn(context, claim, "WriteRefused", claimMessages.writeRefused(message));
}

function warn({ events }: KubeContext, claim: Claim, reason: ClaimEventReason, note: string): void {
  events.record({ regarding: refOf(claim), type: "Warning", reason, action: "Decide", note });
}

function refOf({ namespace, name, uid }: Claim): KubeEvent["regarding"] {
  return { apiVersion, kind: domains.kind, namespace, name, uid };
}
