import type { Host } from "@domain-claims/crds/hostname";
import type { Phase } from "@domain-claims/crds/domain";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import type { ClaimReason, DelegateReason, ProgrammedReason } from "@domain-claims/crds/reasons";
import type { Facts } from "../world/facts.ts";
import type { Programmed } from "../world/kong-state.ts";
import type { Claim } from "../world/claim.ts";
import type { Condition } from "../world/claim-status.ts";
import type { HostRecord } from "../world/host-record.ts";
import { unresolved } from "./delegation.ts";
import type { decideRename } from "./rename.ts";
import type { Settings } from "./settings.ts";
import { forbidden } from "./spec.ts";

/** A condition without the times that `apply/` adds; `Reason` are the keys of its table in `crds/`. */
export interface ConditionDraft<Reason extends string = string> extends Pick<Condition, "type" | "status" | "message"> {
  readonly reason: Reason;
}

/** What is known of the host's routes; nothing is said while it is not known, so that a restart changes no status. */
export function programmed(
  facts: Facts,
  claim: Claim,
  answer: { readonly phase: Phase; readonly reason: ClaimReason },
  host: Host | undefined,
): readonly ConditionDraft<ProgrammedReason>[] {
  const type = "Programmed";
  const known = host === undefined ? undefined : facts.programmed(host);
  const waits = answer.reason === "Releasing" || answer.reason === "WaitingForGateway";
  const stuck = waits && known !== undefined && !isProgrammed(known) && known.reason !== "NoRoutes";
  if (host === undefined || (answer.phase !== "OK" && !stuck)) {
    return [{ type, status: "False", reason: "NotAccepted", message: conditionMessages.notAccepted }];
  }
  if (known === undefined || (answer.phase === "OK" && !isAboutNow(claim, known))) return [];
  if (known.reason === "NoRoutes") {
    return [{ type, status: "False", reason: "NoRoutes", message: conditionMessages.noRoutes(claim.namespace, host) }];
  }
  const status = isProgrammed(known) ? "True" : "False";
  return [{ type, status, reason: known.reason, message: known.message }];
}

/** Rule O7: a primary is told which of its delegates mean nobody now. */
export function delegates(
  facts: Facts,
  claim: Claim,
  host: Host,
  record: HostRecord,
): readonly ConditionDraft<DelegateReason>[] {
  if (claim.delegates.length === 0) return [];
  const type = "DelegatesResolved";
  const { missing, stale } = unresolved(facts, claim, record.grants);
  if (stale.length > 0) {
    const message = conditionMessages.delegatesStale(stale, host);
    return [{ type, status: "False", reason: "StaleGrant", message }];
  }
  if (missing.length > 0) {
    const message = conditionMessages.delegatesMissing(missing);
    return [{ type, status: "False", reason: "NamespaceNotFound", message }];
  }
  return [{ type, status: "True", reason: "Bound", message: conditionMessages.delegatesBound }];
}

/** Rule N2: what a claim is told whose host takes the place of another. */
export function renamed(rename: ReturnType<typeof decideRename>): readonly ConditionDraft[] {
  if (rename === undefined || rename === "unproved") return [];
  const { status, reason, message } = rename;
  return [{ type: "Renamed", status, reason, message }];
}

/** A holder keeps what a list has come to forbid, and is told so. */
export function grandfathered(facts: Facts, settings: Settings, claim: Claim, host: Host): readonly ConditionDraft[] {
  const refusal = forbidden(facts, settings, claim, host);
  if (refusal === undefined) return [];
  const message = conditionMessages.grandfathered(refusal.message);
  return [{ type: "NameAllowed", status: "False", reason: refusal.reason, message }];
}

/** False while what is known of the host's routes is of the time before the claim's redirect was changed. */
function isAboutNow({ generation, redirect }: Claim, { redirectedBy }: Programmed): boolean {
  return redirectedBy === (redirect === undefined ? undefined : generation);
}

/** True if Kong has what is asked for the host. */
function isProgrammed({ reason }: Programmed): boolean {
  return reason === "Programmed" || reason === "Redirecting" || reason === "Renamed";
}
