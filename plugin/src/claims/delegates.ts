import type { Cluster, DryRun } from "../kube/cluster.ts";
import type { Domain } from "../kube/objects.ts";
import { domains } from "../kube/resources.ts";

/** Adds delegates to a claim, read anew; `added` are those that it did not have. */
export async function withDelegates(
  cluster: Cluster,
  { metadata: { namespace, name } }: Domain,
  names: readonly string[],
  dryRun: DryRun,
): Promise<{ claim: Domain; added: readonly string[] }> {
  const claim = await cluster.read<Domain>(domains, namespace, name);
  const now = claim.spec.delegates ?? [];
  const added = names.filter((delegate) => !now.includes(delegate));
  if (added.length === 0) return { claim, added };
  return { claim: await setDelegates(cluster, claim, [...now, ...added], dryRun), added };
}

/** Takes delegates out of a claim, read anew. Rejects with a conflict where somebody else changed it in between. */
export async function withoutDelegates(
  cluster: Cluster,
  { metadata: { namespace, name } }: Domain,
  names: readonly string[],
  dryRun: DryRun,
): Promise<Domain> {
  const claim = await cluster.read<Domain>(domains, namespace, name);
  const left = (claim.spec.delegates ?? []).filter((delegate) => !names.includes(delegate));
  return await setDelegates(cluster, claim, left, dryRun);
}

async function setDelegates(
  cluster: Cluster,
  claim: Domain,
  delegates: readonly string[],
  dryRun: DryRun,
): Promise<Domain> {
  const spec = { delegates: delegates.length === 0 ? null : delegates };
  if (dryRun === "client") return { ...claim, spec: { ...claim.spec, delegates } };
  const { resourceVersion } = claim.metadata;
  return await cluster.patch<Domain>(domains, claim, { metadata: { resourceVersion }, spec }, dryRun);
}
