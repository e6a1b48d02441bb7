import { claim, fresh, ingress, namespace, service } from "./builders.ts";
import type { FakeCluster } from "./fake-cluster.ts";

/** Has acme-org claim acme.org and serve these hosts, which are acme.org and names right below it, by one Ingress. */
export function acmeServes(cluster: FakeCluster, ...hosts: readonly string[]): void {
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", hosts));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  for (const sub of hosts.filter((host) => host !== "acme.org").map((host) => host.replace(".acme.org", "")))
    cluster.put("Domain", claim(`acme-org/${sub === "*" ? "any" : sub}`, "acme.org", { ...fresh, sub }));
}
