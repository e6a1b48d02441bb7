import { ancestors, recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { HostRecord } from "../kube/objects.ts";
import { hostRecords } from "../kube/resources.ts";

/** A record of a host that somebody holds. */
export type HeldRecord = HostRecord & { readonly spec: { readonly holder: NonNullable<HostRecord["spec"]["holder"]> } };

/** The register's entry for a host; undefined where nobody ever held it. */
export async function recordOf(cluster: Cluster, host: Host): Promise<HostRecord | undefined> {
  return await cluster.find<HostRecord>(hostRecords, undefined, recordName(host));
}

/** True for a record of a host that is held now. */
export function isHeld(record: HostRecord | undefined): record is HeldRecord {
  return record?.spec.holder !== undefined;
}

/** The nearest primary above the host that is held. */
export async function enclosing(cluster: Cluster, host: Host): Promise<HeldRecord | undefined> {
  const above = await Promise.all(ancestors(host).map(async (name) => await recordOf(cluster, name)));
  return above.filter(isHeld).find(({ spec }) => spec.holder.kind === "primary");
}

/** True if the host lies strictly below the other; `*.acme.org` lies below `acme.org`. */
export function liesBelow(host: string, top: string): boolean {
  return host.endsWith(`.${top}`);
}

/** Every record that `wanted` is true for, of the whole register, read page by page. */
export async function heldRecords(
  cluster: Cluster,
  wanted: (record: HeldRecord) => boolean,
): Promise<readonly HeldRecord[]> {
  const found: HeldRecord[] = [];
  for await (const page of cluster.pages<HostRecord>(hostRecords, {}))
    for (const record of page) if (isHeld(record) && wanted(record)) found.push(record);
  return found;
}
