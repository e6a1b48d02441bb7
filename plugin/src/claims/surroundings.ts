import { clusterNamespace } from "@domain-claims/crds/domain";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject, Domain, HostRecord } from "../kube/objects.ts";
import { domains, hostRecords, namespaces } from "../kube/resources.ts";
import type { Surroundings } from "./adoption.ts";

/** Reads everything that a backup is bound to, page by page. Rejects with ApiError, as for who may not read all of it. */
export async function surroundings(cluster: Cluster): Promise<Surroundings> {
  const [home, spaces, claims, records] = await Promise.all([
    cluster.read(namespaces, undefined, clusterNamespace),
    byName<ApiObject>(cluster.pages(namespaces, {})),
    byName<Domain>(cluster.pages(domains, {})),
    byName<HostRecord>(cluster.pages(hostRecords, {})),
  ]);
  const uids = [...spaces].map(([name, { metadata }]) => [name, metadata.uid ?? ""] as const);
  return { clusterUid: home.metadata.uid ?? "", namespaces: new Map(uids), claims, records };
}

async function byName<T extends ApiObject>(pages: AsyncIterable<readonly T[]>): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  for await (const page of pages)
    for (const object of page) {
      const { namespace, name } = object.metadata;
      found.set(namespace === undefined ? name : `${namespace}/${name}`, object);
    }
  return found;
}
