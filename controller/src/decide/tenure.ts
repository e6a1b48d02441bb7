import { kindOf } from "@domain-claims/crds/domain";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { Holder, HostRecord, Redemption } from "../world/host-record.ts";

/**
 * What the record says of the claim itself, if it holds the host, or of the one in whose place it may have it back (N5);
 * undefined if neither is so.
 */
export function tenureBefore(
  facts: Facts,
  record: HostRecord | undefined,
  claim: Claim,
): Holder | Redemption | undefined {
  if (record?.holder?.uid === claim.uid) return record.holder;
  const redemption = record?.redemption;
  return isKeptFor(facts, record, claim) && redemption?.kind === kindOf(claim) ? redemption : undefined;
}

/** Rule N5: true if the host is kept for the claim's namespace. */
export function isKeptFor(facts: Facts, record: HostRecord | undefined, { namespace }: Claim): boolean {
  return record?.redemption !== undefined && keptFor(facts, record.redemption) === namespace;
}

/** The namespace for which a host is kept; undefined if that one is gone, which nobody inherits (rule O7). */
export function keptFor(facts: Facts, { namespace, namespaceUid }: Omit<Holder, "since">): string | undefined {
  return facts.namespace(namespace)?.uid === namespaceUid ? namespace : undefined;
}

/** True for a claim that its owner deletes in order to give the host up. */
export function isGivenUp({ deleting, released }: Claim): boolean {
  return deleting && released;
}
