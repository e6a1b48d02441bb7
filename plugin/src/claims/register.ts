import { ancestors, recordName } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";
import { shellWord } from "@domain-claims/crds/shell";

import type { Cluster } from "../kube/cluster.ts";
import type { HostRecord } from "../kube/objects.ts";
import { hostRecords } from "../kube/resources.ts";

/** A record of a host that somebody holds. */
export type HeldRecord = HostRecord & { readonly spec: { readonly holder: NonNullable<HostRecord["spec"]["holder"]> } };

/** A record of a host that nobody holds, and that is reserved for the namespace of its last holder. */
export type KeptRecord = HostRecord & {
  readonly spec: { readonly redemption: NonNullable<HostRecord["spec"]["redemption"]> };
};

/** The register's entry for a host; undefined where nobody ever held it. */
export async function recordOf(cluster: Cluster, host: Host): Promise<HostRecord | undefined> {
  return await cluster.find<HostRecord>(hostRecords, undefined, recordName(host));
}

/** True for a record of a host that is held now. */
export function isHeld(record: HostRecord | undefined): record is HeldRecord {
  return record?.spec.holder !== undefined;
}

/** True for a record of a host that nobody holds, but that is reserved for the namespace of its last holder. */
export function isKept(record: HostRecord | undefined): record is KeptRecord {
  return record?.spec.redemption !== undefined;
}

/** For whom the host is reserved, and until when. */
export function reservedText({ spec: { redemption } }: KeptRecord): string {
  return `reserved for ${redemption.namespace} until ${redemption.until}: its claim was not released`;
}

/** To whom the holder hands the host over, and how it is accepted there; undefined if to nobody. */
export function transferText({ spec: { host, transfer } }: HeldRecord): string | undefined {
  if (transfer === undefined) return undefined;
  const { namespace } = transfer;
  return `to ${namespace}, as soon as it is accepted there: kubectl domain accept ${shellWord(host)} -n ${namespace}`;
}

/** The namespaces by which a primary is found: its holder's, and those that handed it on to that. */
export function holderNamespaces({ spec: { holder } }: HeldRecord): readonly string[] {
  return [holder.namespace, ...(holder.givers ?? []).map(({ namespace }) => namespace)];
}

/** The nearest primary above the host that is held; undefined if there is none. */
export async function enclosing(cluster: Cluster, host: Host): Promise<HeldRecord | undefined> {
  return (await recordsAbove(cluster, host)).filter(isHeld).find(({ spec }) => spec.holder.kind === "primary");
}

/** The nearest primary above the host that is held, or reserved for its last holder; undefined if there is none. */
export async function deciding(cluster: Cluster, host: Host): Promise<HeldRecord | KeptRecord | undefined> {
  const above = (await recordsAbove(cluster, host)).filter((record) => isHeld(record) || isKept(record));
  return above.find(({ spec }) => (spec.holder ?? spec.redemption)?.kind === "primary");
}

async function recordsAbove(cluster: Cluster, host: Host): Promise<readonly (HostRecord | undefined)[]> {
  return await Promise.all(ancestors(host).map(async (name) => await recordOf(cluster, name)));
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
