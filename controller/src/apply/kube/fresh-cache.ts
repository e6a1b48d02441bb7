import { ancestors, recordName } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import type { Context } from "../context.ts";

/**
 * Asks the API server itself whether what decides about a host from above is what the watches have shown: the records of
 * the names that enclose it, and the claims that hold them. A cache that lags behind, as that of a new leader may, neither
 * gives a host nor takes one away (rules O2a and O3). Rejects if something differs: the watch is about to show it.
 */
export async function requireFreshCache(context: Context, host: Host): Promise<void> {
  // One after the other: a name may have more than a hundred above it, and others ask, too.
  for (const above of ancestors(host)) await requireFreshRecord(context, above);
}

async function requireFreshRecord({ world, kube }: Context, above: Hostname): Promise<void> {
  const record = world.record(above);
  const holder = record?.holder;
  const claim = holder === undefined ? undefined : world.claim(holder.namespace, holder.name);
  const [version, found] = await Promise.all([
    kube.recordVersion(recordName(above)),
    holder === undefined ? undefined : kube.getClaim(holder.namespace, holder.name),
  ]);
  if (version !== record?.resourceVersion)
    throw new Error(`the record of ${above} is newer than what the watch has shown`);
  if (found?.uid !== claim?.uid || found?.generation !== claim?.generation)
    throw new Error(`the claim that holds ${above} is newer than what the watch has shown`);
}
