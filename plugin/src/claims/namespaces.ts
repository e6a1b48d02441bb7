import { hostOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";
import { distance } from "fastest-levenshtein";

import type { Cluster } from "../kube/cluster.ts";
import { isDenied } from "../kube/errors.ts";
import { stateWhere } from "../kube/follow.ts";
import type { FollowParts } from "../kube/follow.ts";
import type { ApiObject, Domain, HostRecord } from "../kube/objects.ts";
import { hostRecords, namespaces } from "../kube/resources.ts";
import { recordOf } from "./register.ts";

/**
 * The names of all namespaces; for those who may not list them, of those that hold something, as far as the register has
 * been read when `enough` is true.
 */
export async function namespaceNames(cluster: Cluster, enough = (): boolean => false): Promise<readonly string[]> {
  const all = await cluster.list<ApiObject>(namespaces, {}).catch(() => undefined);
  if (all !== undefined) return all.map(({ metadata }) => metadata.name).sort();
  const holders = new Set<string>();
  for await (const page of cluster.pages<HostRecord>(hostRecords, {})) {
    for (const { spec } of page) if (spec.holder !== undefined) holders.add(spec.holder.namespace);
    if (enough()) break;
  }
  return [...holders].sort();
}

/**
 * The delegates among `names` that are no namespace. Where namespaces may not be read, those that the register has not
 * bound once the controller has seen the claim as it is now; nothing where that does not come in time, or is not waited
 * for (no `parts`).
 */
export async function absentNamespaces(
  cluster: Cluster,
  claim: Domain,
  names: readonly string[],
  parts: FollowParts | undefined,
): Promise<readonly string[]> {
  const named = names.filter((name) => name !== "*");
  if (named.length === 0) return [];
  try {
    const found = await Promise.all(
      named.map(async (name) => await cluster.find<ApiObject>(namespaces, undefined, name)),
    );
    return named.filter((_, at) => found[at] === undefined);
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  if (parts === undefined) return [];
  const { generation = 0 } = claim.metadata;
  const seen = await stateWhere(cluster, claim, ({ status }) => (status?.observedGeneration ?? 0) >= generation, parts);
  if (seen === undefined) return [];
  const record = await recordOf(cluster, hostOf(claim.spec) as Host);
  return named.filter((name) => record?.spec.grants?.some(({ namespace }) => namespace === name) !== true);
}

/** The names that somebody may have meant, the nearest first. */
export function near(name: string, names: readonly string[]): readonly string[] {
  return names
    .map((other) => ({ other, far: distance(name, other) }))
    .filter(({ other, far }) => far > 0 && far <= 2 && far < other.length)
    .sort((a, b) => a.far - b.far || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other)
    .slice(0, 3);
}
