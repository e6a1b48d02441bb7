import { hostOf } from "@domain-claims/crds/domain";

import type { Cluster } from "../kube/cluster.ts";
import { undefinedIfDenied } from "../kube/errors.ts";
import type { ApiObject, Domain, HostRecord } from "../kube/objects.ts";
import { namespaces } from "../kube/resources.ts";
import { heldRecords, isHeld, liesBelow } from "./register.ts";

/**
 * The delegates among `names` whose grant in the register was given to a namespace that is gone: the record's grants,
 * compared with the namespaces themselves. Where those may not be read, and the claim's condition says that a grant is
 * stale, it is every grant under which nothing is held: nobody loses anything when such a one is given anew.
 */
export async function staleGrants(
  cluster: Cluster,
  claim: Domain,
  record: HostRecord | undefined,
  names: readonly string[],
): Promise<readonly string[]> {
  if (!isHeld(record) || record.spec.holder.uid !== claim.metadata.uid) return [];
  const grants = (record.spec.grants ?? []).filter(
    ({ namespace }) => names.includes(namespace) && claim.spec.delegates?.includes(namespace) === true,
  );
  if (grants.length === 0) return [];
  const gone = await Promise.all(
    grants.map(async ({ namespace, uid }) => (await uidOf(cluster, namespace)) !== uid),
  ).catch(undefinedIfDenied);
  if (gone !== undefined) return grants.filter((_, at) => gone[at]).map(({ namespace }) => namespace);
  if (!saysStale(claim)) return [];
  const below = await heldRecords(cluster, ({ spec }) => liesBelow(spec.host, hostOf(claim.spec)));
  const used = ({ namespace, uid }: { namespace: string; uid: string }): boolean =>
    below.some(({ spec: { holder } }) => holder.namespace === namespace && holder.namespaceUID === uid);
  return grants.filter((grant) => !used(grant)).map(({ namespace }) => namespace);
}

async function uidOf(cluster: Cluster, namespace: string): Promise<string | undefined> {
  return (await cluster.find<ApiObject>(namespaces, undefined, namespace))?.metadata.uid;
}

/** Whether the controller says that some grant of the claim is stale. */
export function saysStale({ status }: Domain): boolean {
  return (
    status?.conditions?.some(({ type, reason }) => type === "DelegatesResolved" && reason === "StaleGrant") === true
  );
}
