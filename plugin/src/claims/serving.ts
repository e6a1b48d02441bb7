import type { V1Ingress } from "@kubernetes/client-node";
import { parseHost } from "@domain-claims/crds/lazy-hostname";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { ApiObject } from "../kube/objects.ts";
import { ingresses } from "../kube/resources.ts";

/** The Ingresses of the cluster's namespace that name the host, in a rule or in `konghq.com/host-aliases`. */
export async function ingressesFor(cluster: Cluster, host: Host): Promise<readonly V1Ingress[]> {
  const { namespace } = cluster;
  const found = await cluster.list<V1Ingress & ApiObject>(ingresses, { namespace });
  const naming = await Promise.all(found.map(async (ingress) => await names(ingress, host)));
  return found.filter((_, at) => naming[at]);
}

async function names(ingress: V1Ingress, host: Host): Promise<boolean> {
  const aliases = ingress.metadata?.annotations?.["konghq.com/host-aliases"]?.split(",") ?? [];
  const rules = ingress.spec?.rules?.map((rule) => rule.host ?? "") ?? [];
  const parsed = await Promise.all([...rules, ...aliases].map(async (text) => await parseHost(text.trim())));
  return parsed.some((result) => result.ok && result.host === host);
}
