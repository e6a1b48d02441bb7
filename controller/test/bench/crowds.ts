import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { measured } from "./measured.ts";

/** What a tenant's crowd of this size makes of one change: microseconds, the median of a few. */
export async function crowdCosts(size: number): Promise<Readonly<Record<string, number>>> {
  return {
    "one more Ingress for a host that so many name": await oneMoreIngress(size),
    "one more claim for a host that so many claim in vain": await oneMoreClaim(size),
    "of an Ingress with so many hosts, one is released": await oneHostOfMany(size),
    "an Ingress with so many hosts comes alive, for each": (await manyHosts(size)).start.us / size,
  };
}

const times = 5;
const path = (i: number): string => `mallory-org/${String(i)}`;

async function oneMoreIngress(size: number): Promise<number> {
  const cluster = mallorys();
  cluster.put("Domain", claim("mallory-org/mallory", "mallory.example", fresh));
  for (let i = 0; i < size; i++) cluster.put("Ingress", ingress(path(i), ["mallory.example"]));
  return median(cluster, (i) => cluster.put("Ingress", ingress(path(size + i), ["mallory.example"])));
}

async function oneMoreClaim(size: number): Promise<number> {
  const cluster = mallorys();
  const inVain = { ...fresh, sub: "login", parent: "acme-org" };
  cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
  for (let i = 0; i < size; i++) cluster.put("Domain", claim(path(i), "acme.example", inVain));
  return median(cluster, (i) => cluster.put("Domain", claim(path(size + i), "acme.example", inVain)));
}

async function oneHostOfMany(size: number): Promise<number> {
  const { cluster } = await manyHosts(size);
  return median(cluster, (i) => cluster.remove("Domain", "mallory-org", String(i)));
}

async function manyHosts(size: number) {
  const cluster = mallorys();
  const hosts = Array.from({ length: size }, (_, i) => `host-${String(i)}.example`);
  for (const [i, host] of hosts.entries()) cluster.put("Domain", claim(path(i), host, fresh));
  cluster.put("Ingress", ingress("mallory-org/web", hosts));
  const { start, stop } = await measured(cluster);
  await stop();
  return { cluster, start };
}

/** A cluster with mallory's namespace, a Service in it, and somebody else's namespace. */
function mallorys(): FakeCluster {
  const cluster = new FakeCluster();
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const name of ["acme-org", "mallory-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("mallory-org/web"));
  return cluster;
}

async function median(cluster: FakeCluster, happen: (i: number) => void): Promise<number> {
  const { cost, stop } = await measured(cluster);
  const costs: number[] = [];
  for (let i = 0; i < times; i++) costs.push((await cost(() => happen(i))).us);
  await stop();
  return costs.sort((a, b) => a - b)[Math.floor(times / 2)] ?? NaN;
}
