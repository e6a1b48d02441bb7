import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { Grant, Holder, HostRecord, Transfer } from "../world/host-record.ts";
import type { Refusal } from "./refusal.ts";

/**
 * The transfer that the record of a host should show while the claim holds it (rule N4): a namespace that is bound stays
 * bound for as long as it is named, even when it is gone; one that is not yet is bound to the namespace that has its name
 * now; undefined if there is none, or the claim hands nothing over (rule O7).
 */
export function desiredTransfer(facts: Facts, holder: Claim, bound: Transfer | undefined): Transfer | undefined {
  const { transferTo: namespace, delegates } = holder;
  if (namespace === undefined) return undefined;
  const uid = bound?.namespace === namespace ? bound.uid : facts.namespace(namespace)?.uid;
  return uid === undefined ? undefined : { namespace, uid, delegates: holder.sub === undefined ? delegates : [] };
}

/** True if both say the same. */
export function sameTransfer(a: Transfer | undefined, b: Transfer | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const delegates = b.delegates;
  return (
    a.namespace === b.namespace &&
    a.uid === b.uid &&
    a.delegates.length === delegates.length &&
    a.delegates.every((name, i) => name === delegates[i])
  );
}

/**
 * How a claim stands to the host that another one holds. `accepts`: it takes the host over, if it may hold it. `otherKind`:
 * it would, but a primary is handed over to a primary, and a shared claim to a shared one. `mayAccept`: it is in the
 * namespace that may accept the host, and has not said so.
 */
export type Acceptance = "accepts" | "otherKind" | "mayAccept" | undefined;

/**
 * Rule N4: only a claim of the namespace that the record is bound to accepts a host, while the holder's claim still hands it
 * over to that. What the register shows of a transfer that has been taken back counts for nothing.
 */
export function acceptance(facts: Facts, record: HostRecord | undefined, claim: Claim): Acceptance {
  const { holder, transfer } = record ?? {};
  if (holder === undefined || transfer === undefined || holder.uid === claim.uid) return undefined;
  if (claim.namespace !== transfer.namespace || claim.deleting) return undefined;
  const giver = facts.claim(holder.namespace, holder.name);
  if (giver?.uid !== holder.uid || giver.deleting || giver.transferTo !== transfer.namespace) return undefined;
  if (facts.namespace(transfer.namespace)?.uid !== transfer.uid) return undefined;
  if (claim.acceptFrom !== holder.namespace || claim.transferTo !== undefined) return "mayAccept";
  return kindOf(claim) === holder.kind ? "accepts" : "otherKind";
}

/** The holder whose place the claim takes by accepting the host; undefined if it accepts none. */
export function takenOverFrom(facts: Facts, record: HostRecord | undefined, claim: Claim): Holder | undefined {
  return acceptance(facts, record, claim) === "accepts" ? record?.holder : undefined;
}

/** True if the claim held the host, and handed it over. */
export function handedOver(record: HostRecord | undefined, { uid }: Claim): boolean {
  const last = record?.history.find((tenure) => tenure.uid === uid);
  return record?.holder?.uid !== uid && last?.reason === "Transferred";
}

/** Rule N4: a claim that hands its host over, and does not hold it, waits for nothing. */
export function transferred({ transferTo }: Claim, host: Host, record: HostRecord | undefined): Refusal {
  return { ok: false, reason: "Transferred", message: claimMessages.transferred(host, record?.holder, transferTo) };
}

/** Namespaces that a record remembers to have handed the host on. */
const mostGivers = 20;

/**
 * The names of the namespaces that the holder of the host stands for: each of them handed it to the next, the last of them to the
 * holder. A `parent` that names one of them means the holder's, also when that namespace is gone.
 */
function giversOf({ holder }: HostRecord): readonly string[] {
  return (holder?.givers ?? []).map(({ namespace }) => namespace);
}

/** The namespaces by which a shared claim finds the primary: the holder's, and those that handed it on to that. */
export function holderNamespaces(record: HostRecord | undefined): readonly string[] {
  return record?.holder === undefined ? [] : [record.holder.namespace, ...giversOf(record)];
}

/** True if the namespace is one of them, and not one that was made anew under the name: of what is left there, that has nothing. */
export function isGiver(facts: Facts, { holder }: HostRecord, namespace: string): boolean {
  const giver = holder?.givers?.find((one) => one.namespace === namespace);
  return giver !== undefined && facts.namespace(namespace)?.uid === giver.uid;
}

/** The same, bound to the namespaces, once the holder has handed the host over to the namespace. */
export function giversAfter({ namespace, namespaceUid, givers = [] }: Holder, receiver: string): readonly Grant[] {
  const all = [{ namespace, uid: namespaceUid }, ...givers.filter((giver) => giver.namespace !== namespace)];
  return all.filter((giver) => giver.namespace !== receiver).slice(0, mostGivers);
}
