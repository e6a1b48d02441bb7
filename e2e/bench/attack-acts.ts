import type { DomainSpec } from "@domain-claims/crds/generated/domain";
import { concurrently } from "../support/concurrently.ts";
import { domain, paths } from "../support/world/objects.ts";
import type { StoredDomain } from "../support/world/objects.ts";
import { waitFor } from "../support/wait.ts";
import type { World } from "../support/world/start-world.ts";
import { documents } from "../support/documents.ts";

/** What a tenant does to keep the controller from everybody else's work, bounded so that it ends within seconds. */
export interface Attack {
  readonly what: string;
  /** What has to be there first; nothing is measured meanwhile. */
  readonly prepare?: (world: World) => Promise<void>;
  readonly run: (world: World) => Promise<void>;
}

/** The namespaces of the tenant who attacks. */
export const hostile = Array.from({ length: 5 }, (_, i) => `mallory-${String(i)}`);

/** Two of them. */
export const [mallory = "", accomplice = ""] = hostile;

/** So many, each made from its number. */
export const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** A host that nobody else claims. */
export function hostOf(namespace: string, i: number): string {
  return `${namespace}-${String(i)}.example`;
}

/** Objects made by a process of its own: to write so many bytes would keep ours from looking at the clock. */
export function kubectlCreate(world: World, namespace: string, items: readonly object[]): Promise<void> {
  return kubectl(world, ["create", "--validate=false"], namespace, items);
}

/** The same; what is there is changed. */
export function kubectlApply(world: World, namespace: string, items: readonly object[]): Promise<void> {
  return kubectl(world, ["apply", "--server-side", "--validate=false"], namespace, items);
}

async function kubectl(
  world: World,
  command: readonly string[],
  namespace: string,
  items: readonly object[],
): Promise<void> {
  const { code, stderr } = await world.kubectl([...command, "-f", "-"], { namespace, input: documents(items) });
  // Some are larger than the API server takes, and that is its answer to them.
  if (code !== 0 && !stderr.includes("too large"))
    throw new Error(`kubectl ${command.join(" ")}: ${stderr.slice(-1_000)}`);
}

/** Claims these hosts as primaries, and waits until the namespace holds them. */
export async function claims(world: World, namespace: string, hosts: readonly string[]): Promise<void> {
  await concurrently(16, hosts, (host) => make(world, namespace, { primary: host }));
  await concurrently(4, hosts, (host) => held(world, namespace, host));
}

/** Makes a claim that is called as its primary. */
export async function make(world: World, namespace: string, spec: DomainSpec): Promise<void> {
  await world.cluster.api.must("POST", paths.domains(namespace), domain(spec.primary, spec));
}

/** Waits until the claim holds its host. */
export async function held(world: World, namespace: string, name: string): Promise<void> {
  await waitFor(
    { what: `${name} to be held` },
    async () => (await read(world, namespace, name)).status?.phase === "OK",
  );
}

async function read(world: World, namespace: string, name: string): Promise<StoredDomain> {
  return (await world.cluster.api.must("GET", `${paths.domains(namespace)}/${name}`)) as StoredDomain;
}

/** Gives a claim another spec, whatever the controller has written into it meanwhile; resolves to its new resourceVersion. */
export async function change(world: World, namespace: string, name: string, spec: DomainSpec): Promise<string> {
  return waitFor({ what: `a change of ${name}`, interval: 1 }, async () => {
    const { status: _told, ...claim } = await read(world, namespace, name);
    const path = `${paths.domains(namespace)}/${name}`;
    const { status, body } = await world.cluster.api.call("PUT", path, { ...claim, spec });
    return status === 200 ? (body as StoredDomain).metadata.resourceVersion : undefined;
  });
}

/** Gives a namespace these annotations and no others. */
export async function annotate(world: World, namespace: string, annotations: object): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const found = (await world.cluster.api.must("GET", path)) as { readonly metadata: object };
  await world.cluster.api.must("PUT", path, { ...found, metadata: { ...found.metadata, annotations } });
}

/** Makes an Ingress. */
export async function post(world: World, namespace: string, object: object): Promise<void> {
  await world.cluster.api.must("POST", paths.ingresses(namespace), object);
}

/** Deletes all of a collection. */
export async function removeAll(world: World, path: string): Promise<void> {
  await world.cluster.api.must("DELETE", path);
}

/** An Ingress of our class that has every host with every path. */
export function ingress(name: string, hosts: readonly string[], texts: readonly string[]) {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const http = { paths: texts.map((path) => ({ path, pathType: "Prefix", backend })) };
  const spec = { ingressClassName: "kong", rules: hosts.map((host) => ({ host, http })) };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name }, spec };
}
