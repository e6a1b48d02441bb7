import type { Cluster } from "../kube/cluster.ts";
import { ApiError } from "../kube/errors.ts";
import type { ApiObject } from "../kube/objects.ts";
import { leases, systemNamespace } from "../kube/resources.ts";

/** The controller's Lease: who leads, and in its annotations what the leader says of itself. */
export interface Lease extends ApiObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly renewTime?: string;
    readonly leaseDurationSeconds?: number;
  };
}

const leaseName = "domain-claims";

/**
 * Where the controller usually is, else wherever it is, for those who may list Leases. Whoever may edit a namespace can make
 * a Lease of that name, so one of several is not believed. Undefined where there is none of these, or it may not be read.
 */
export async function controllerLease(cluster: Cluster): Promise<Lease | undefined> {
  const usual = await cluster.find<Lease>(leases, systemNamespace, leaseName).catch(ignored);
  if (usual !== undefined) return usual;
  const listed = await leasesOfThatName(cluster);
  return listed?.length === 1 ? listed[0] : undefined;
}

/** Whether no Lease has the controller's usual name; false also for those who may not list them all. */
export async function noSuchLease(cluster: Cluster): Promise<boolean> {
  return (await leasesOfThatName(cluster))?.length === 0;
}

async function leasesOfThatName(cluster: Cluster): Promise<readonly Lease[] | undefined> {
  return await cluster.list<Lease>(leases, { fieldSelector: `metadata.name=${leaseName}` }).catch(ignored);
}

/** It is said beside what was asked for, so that it fails nothing. */
function ignored(error: unknown): undefined {
  if (error instanceof ApiError) return undefined;
  throw error;
}
