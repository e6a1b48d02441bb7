import type { Facts } from "../world/facts.ts";
import type { Holder, HostRecord } from "../world/host-record.ts";

/**
 * Rule N6: the holder that a record names as another cluster wrote it, which came here with a backup. The UIDs in it mean
 * nothing here, so nobody is that holder, whatever namespaces and claims are named; nor is anybody given the host before an
 * administrator has adopted the record, or deleted it. Undefined for a record of this cluster, and one that is older than
 * the mark.
 */
export function restoredHolder(facts: Facts, record: HostRecord | undefined): Holder | undefined {
  return record === undefined || isOfThisCluster(facts, record) ? undefined : record.holder;
}

/** True if the record was written here; one that does not say where is taken for one that was. */
export function isOfThisCluster({ clusterUid }: Facts, record: HostRecord): boolean {
  return record.clusterUid === undefined || record.clusterUid === clusterUid;
}
