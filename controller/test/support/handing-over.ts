import type { Claim } from "../../src/world/claim.ts";
import type { HostRecord } from "../../src/world/host-record.ts";
import { acmeServes } from "./acme.ts";
import { claim, fresh, ingress, namespace, service } from "./builders.ts";
import type { FakeCluster } from "./fake-cluster.ts";

/** Has acme-org serve acme.org, and coyote-org have what would serve `/` of it, were it to hold it. */
export function acmeAndCoyote(cluster: FakeCluster): void {
  acmeServes(cluster, "acme.org");
  cluster.put("Namespace", namespace("coyote-org"));
  cluster.put("Service", service("coyote-org/web"));
  cluster.put("Ingress", ingress("coyote-org/web", ["acme.org"]));
}

/** Has the claim of acme-org hand acme.org over, or no longer. */
export function handOver(cluster: FakeCluster, transferTo: string | undefined, at = "acme-org/acme"): void {
  const known = cluster.get("Domain", at);
  if (known === undefined) throw new Error(`there is no claim ${at}`);
  cluster.put("Domain", { ...known, transferTo, generation: known.generation + 1 });
}

/** Makes the claim of coyote-org that accepts acme.org from acme-org. */
export function accept(cluster: FakeCluster, more: Partial<Claim> = {}): void {
  cluster.put("Domain", claim("coyote-org/acme", "acme.org", { ...fresh, acceptFrom: "acme-org", ...more }));
}

/** The record of acme.org. */
export function recordOfAcme(cluster: FakeCluster): HostRecord | undefined {
  return cluster.get("HostRecord", "acme.org");
}

/** The namespace that holds acme.org; undefined if none does. */
export function holderOfAcme(cluster: FakeCluster): string | undefined {
  return recordOfAcme(cluster)?.holder?.namespace;
}
