import { hostOf, kindOf } from "@domain-claims/crds/domain";
import type { Host, Hostname } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import type { Known } from "./fixes.ts";
import { isPublicSuffix } from "./forecast.ts";
import { saysStale, staleGrants } from "./grants.ts";
import type { Classes } from "./class-problem.ts";
import { deciding, isHeld, isKept, recordOf } from "./register.ts";
import type { HeldRecord } from "./register.ts";

/** The register's entry that decides about a claim: a shared claim's primary, or the primary above a primary; undefined: nobody has held it. */
export async function aboveOf(cluster: Cluster, { spec }: Domain): Promise<HostRecord | undefined> {
  return kindOf(spec) === "shared"
    ? await recordOf(cluster, spec.primary as Hostname)
    : await deciding(cluster, hostOf(spec) as Host);
}

/**
 * What of a claim's surroundings decides which command helps. `above` is {@link aboveOf} it, or "unread" where the register
 * may not be read; `record` is its host's; `classes` reads the classes of the cluster, where they matter.
 */
export async function known(
  cluster: Cluster,
  claim: Domain,
  above: HostRecord | undefined | "unread",
  record: HostRecord | undefined,
  classes: () => Promise<Classes>,
): Promise<Known> {
  const { status, spec } = claim;
  if (above === "unread") return { unread: true };
  const holder = isHeld(above) ? above.spec.holder : undefined;
  const unserved = status?.conditions?.some(({ reason }) => reason === "NoRoutes") === true;
  return {
    primary:
      above === undefined || holder?.kind !== "primary"
        ? undefined
        : { host: above.spec.host, namespace: holder.namespace },
    reserved: [record, above]
      .filter(isKept)
      .map(({ spec: { host, redemption } }) => ({ host, namespace: redemption.namespace }))[0],
    offeredBy: isHeld(record) && isFor(record, claim) ? record.spec.holder.namespace : undefined,
    sharedWith: kindOf(spec) === "shared" && holder?.kind === "shared" ? holder.namespace : undefined,
    publicSuffix: status?.reason === "DomainNotFound" && holder === undefined && (await isPublicSuffix(spec.primary)),
    ingressClass: unserved ? (await classes()).ours : undefined,
    stale: saysStale(claim) ? await staleGrants(cluster, claim, record, spec.delegates ?? []) : [],
  };
}

/** True if the host is handed over to the claim's namespace, and by a claim of its kind. */
function isFor({ spec: { holder, transfer } }: HeldRecord, { metadata, spec }: Domain): boolean {
  return transfer?.namespace === metadata.namespace && holder.kind === kindOf(spec);
}
