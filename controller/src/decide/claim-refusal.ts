import type { Host } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import type { Claim } from "../world/claim.ts";
import type { Facts } from "../world/facts.ts";
import type { HostRecord } from "../world/host-record.ts";
import type { Refusal } from "./refusal.ts";
import { restoredHolder } from "./restored.ts";
import type { Settings } from "./settings.ts";
import { forbidden } from "./spec.ts";
import { isKeptFor, tenureBefore } from "./tenure.ts";
import { transferred } from "./transfer.ts";
import { heldByAnother } from "./transfer-told.ts";

/**
 * Why a claim can't have its host, whoever holds what lies above: it has handed the host over, nobody may have it, another
 * holds it, or it is kept for others. Undefined if it may, as far as that goes.
 */
export function claimRefusal(
  facts: Facts,
  settings: Settings,
  claim: Claim,
  host: Host,
  record: HostRecord | undefined,
): Refusal | undefined {
  const before = tenureBefore(facts, record, claim);
  const restored = restoredHolder(facts, record);
  // One that may have been the holder in the other cluster has handed nothing over, as far as is known here (rule N6).
  const mayBeHolder = restored?.namespace === claim.namespace && restored.name === claim.name;
  if (before === undefined && claim.transferTo !== undefined && !mayBeHolder) return transferred(claim, host, record);
  const never = before !== undefined ? undefined : forbidden(facts, settings, claim, host);
  if (never !== undefined) return never;
  if (restored !== undefined)
    return { ok: false, reason: "NotAdopted", message: claimMessages.notAdopted(host, restored) };
  if (record?.holder !== undefined && record.holder.uid !== claim.uid) {
    const refusal = heldByAnother(facts, record, record.holder, claim, host);
    if (refusal !== undefined) return refusal;
  }
  if (record?.redemption === undefined || isKeptFor(facts, record, claim)) return undefined;
  const { namespace, until } = record.redemption;
  return { ok: false, reason: "InRedemption", message: claimMessages.inRedemption(host, namespace, until) };
}
