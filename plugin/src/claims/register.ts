import { ancestors, hostOfRecord, parentOf, recordName } from "@domain-claims/crds/host";
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

/** The host of a record. */
function hostIn(record: HostRecord): Host {
  return hostOfRecord(record.metadata.name);
}

/** What becomes of a host when something above it goes. */
export interface Fall {
  readonly record: HeldRecord;
  /** `goes`: nobody holds it any more. `decided again`: it stands if another primary above it, or none, lets it. */
  readonly effect: "goes" | "decided again";
}

/**
 * What falls when the primary `top` is no longer there for the namespaces that `lost` is true for (rules O3 to O5):
 * the names shared with them directly below it, the primaries that they have below it by delegation, and what stands on
 * these. `gone`: the primary itself goes, so that a primary below it may stand on its own.
 */
export function falling(
  below: readonly HeldRecord[],
  top: Host,
  lost: (namespace: string) => boolean,
  gone: boolean,
): readonly Fall[] {
  const falls = new Map<string, Fall>();
  const drop = (record: HeldRecord, effect: Fall["effect"]): void => {
    if (falls.has(record.spec.host)) return;
    falls.set(record.spec.host, { record, effect });
    if (effect === "goes" && record.spec.holder.kind === "primary") dropBelow(hostIn(record), () => true, true);
  };
  const dropBelow = (primary: Host, hit: (namespace: string) => boolean, primaryGoes: boolean): void => {
    for (const record of below) {
      const { holder } = record.spec;
      if (!hit(holder.namespace)) continue;
      if (holder.kind === "shared" && parentOf(hostIn(record)) === primary) drop(record, "goes");
      if (holder.kind === "primary" && holder.authority?.kind !== "none" && holder.authority?.host === primary)
        drop(record, primaryGoes ? "decided again" : "goes");
    }
  };
  dropBelow(top, lost, gone);
  return [...falls.values()].sort((a, b) => (a.record.spec.host < b.record.spec.host ? -1 : 1));
}
