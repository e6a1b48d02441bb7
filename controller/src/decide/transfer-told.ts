import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import type { TransferReason } from "@domain-claims/crds/reasons";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { Holder, HostRecord } from "../world/host-record.ts";
import type { ConditionDraft } from "./claim-conditions.ts";
import { transferred, acceptance, handedOver } from "./transfer.ts";
import type { Refusal } from "./refusal.ts";

/**
 * What a claim is told whose host another one holds: that it handed it over, that it may accept it, or only who has it.
 * Undefined: it accepts the host, and is about to have it.
 */
export function heldByAnother(
  facts: Facts,
  record: HostRecord,
  holder: Holder,
  claim: Claim,
  host: Host,
): Refusal | undefined {
  const refused = (message: string): Refusal => ({ ok: false, reason: "AlreadyClaimed", message });
  switch (acceptance(facts, record, claim)) {
    case "accepts":
      return undefined;
    case "mayAccept":
      return refused(claimMessages.acceptable(host, holder, claim.namespace));
    case "otherKind":
      return refused(claimMessages.otherKind(host, holder, kindOf(claim)));
    case undefined:
      if (handedOver(record, claim)) return transferred(claim, host, record);
      return refused(claimMessages.alreadyClaimed(host, holder));
  }
}

/** Rule N4: a holder that hands its host over is told who may accept it. */
export function transferPending(
  facts: Facts,
  { transferTo }: Claim,
  host: Host,
  { transfer }: HostRecord,
): readonly ConditionDraft<TransferReason>[] {
  if (transferTo === undefined) return [];
  const type = "TransferPending";
  const uid = facts.namespace(transferTo)?.uid;
  if (transfer !== undefined && transfer.uid !== uid) {
    const message = conditionMessages.transferStale(host, transferTo);
    return [{ type, status: "False", reason: "StaleTransfer", message }];
  }
  if (uid === undefined) {
    const message = conditionMessages.transferMissing(transferTo);
    return [{ type, status: "False", reason: "NamespaceNotFound", message }];
  }
  const message = conditionMessages.transferPending(host, transferTo);
  return [{ type, status: "True", reason: "AwaitingAcceptance", message }];
}
