import { setTimeout as sleep } from "node:timers/promises";
import { apiVersion } from "@domain-claims/crds/domain";
import type { DomainSpec } from "@domain-claims/crds/generated/domain";
import { inLanes } from "../support/in-lanes.ts";
import { domain, listOf, paths } from "../support/world/objects.ts";
import type { StoredDomain } from "../support/world/objects.ts";
import { waitFor } from "../support/wait.ts";
import type { World } from "../support/world/start-world.ts";

/** What a tenant does to keep the controller from everybody else's work, bounded so that it ends within seconds. */
export interface Attack {
  readonly what: string;
  /** What has to be there first; nothing is measured meanwhile. */
  readonly prepare?: (world: World) => Promise<void>;
  readonly run: (world: World) => Promise<void>;
}

/** The namespaces of the tenant who attacks. */
export const hostile = Array.from({ length: 5 }, (_, i) => `mallory-${String(i)}`);

const [mallory = "", accomplice = ""] = hostile;
const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Hosts of one namespace, each with as many paths. */
const crowded = { hosts: 4, paths: 100 } as const;
/** Claims that are given up at once. */
const given = many(300, (i) => `given-${String(i)}`);
/** A chain of nested primaries, which two namespaces hold in turn and share with each other. */
const nested = many(30, (i) => `${many(i + 1, (j) => `n${String(i - j)}`).join(".")}.example`);
const flapping = "flapping.example";

/** The attacks of `docs/attacks.md` that are made by amount. */
export const attacks: readonly Attack[] = [
  {
    what: "40 Ingresses with a path of 200 kB",
    run: (world) =>
      kubectlCreate(
        world,
        many(40, (i) => ingress(`long-${String(i)}`, ["long.example"], ["/x".repeat(100_000)])),
      ),
  },
  {
    what: "6 Ingresses with a path of 1 MB of dots",
    run: (world) =>
      kubectlCreate(
        world,
        many(6, (i) => ingress(`dots-${String(i)}`, ["dots.example"], [`/${".".repeat(1_000_000)}`])),
      ),
  },
  {
    what: "3 Ingresses with 8,000 short paths",
    prepare: (world) => claims(world, mallory, ["short.example"]),
    run: (world) => {
      const short = (i: number): readonly string[] => many(8_000, (j) => `/${String(i)}-${String(j)}`);
      return kubectlCreate(
        world,
        many(3, (i) => ingress(`short-${String(i)}`, ["short.example"], short(i))),
      );
    },
  },
  {
    what: "30 nested primaries, all shares taken back and given again",
    prepare: async (world) => {
      for (const [i, host] of nested.entries()) {
        await make(world, inTurn(i), { primary: host, delegates: [inTurn(i + 1)] });
        await held(world, inTurn(i), host);
      }
    },
    run: async (world) => {
      for (const delegates of [false, true, false, true])
        await inLanes(8, [...nested.entries()], ([i, host]) =>
          change(world, inTurn(i), host, { primary: host, ...(delegates ? { delegates: [inTurn(i + 1)] } : {}) }),
        );
    },
  },
  {
    what: `${String(hostile.length)} namespaces with ${String(crowded.hosts)} hosts of ${String(crowded.paths)} paths`,
    prepare: async (world) => {
      for (const namespace of hostile)
        await claims(
          world,
          namespace,
          many(crowded.hosts, (i) => hostOf(namespace, i)),
        );
    },
    run: async (world) => {
      const texts = many(crowded.paths, (i) => `/${String(i)}`);
      const all = hostile.flatMap((namespace) =>
        many(crowded.hosts, (i) => ({ namespace, host: hostOf(namespace, i) })),
      );
      await inLanes(4, all, ({ namespace, host }) => post(world, namespace, ingress(host, [host], texts)));
      for (const namespace of hostile) await removeAll(world, paths.ingresses(namespace));
    },
  },
  {
    what: `${String(given.length)} claims given up at once`,
    prepare: (world) =>
      claims(
        world,
        mallory,
        given.map((name) => `${name}.example`),
      ),
    run: (world) => removeAll(world, paths.domains(mallory)),
  },
  {
    what: "a primary whose shares change 15 times a second",
    prepare: (world) => claims(world, mallory, [flapping]),
    run: async (world) => {
      for (let i = 0; i < 75; i += 1) {
        await change(world, mallory, flapping, { primary: flapping, delegates: [i % 2 === 0 ? accomplice : "*"] });
        await sleep(66);
      }
    },
  },
  {
    what: "an Ingress of 5,000 host-aliases and 10 paths",
    prepare: (world) =>
      claims(
        world,
        mallory,
        many(10, (i) => `alias-${String(i)}.example`),
      ),
    run: (world) => {
      const aliases = many(5_000, (i) => `alias-${String(i)}.example`).join();
      const object = ingress(
        "aliases",
        ["alias-0.example"],
        many(10, (i) => `/${String(i)}`),
      );
      return kubectlCreate(world, [
        { ...object, metadata: { ...object.metadata, annotations: { "konghq.com/host-aliases": aliases } } },
      ]);
    },
  },
  {
    what: "5 claims with 16,000 finalizers",
    run: (world) => {
      const finalizers = many(16_000, (i) => `m.io/${String(i)}`);
      const one = (i: number): object => {
        const name = `finalizers-${String(i)}`;
        return { apiVersion, kind: "Domain", metadata: { name, finalizers }, spec: { primary: `${name}.example` } };
      };
      return kubectlCreate(world, many(5, one));
    },
  },
];

/** Leaves nothing of an attack, and returns when the controller has nothing more to do with it. */
export async function cleanUp(world: World): Promise<void> {
  for (const namespace of hostile) {
    await removeAll(world, paths.ingresses(namespace));
    for (const claim of await listOf<StoredDomain>(world.cluster.api, paths.domains(namespace)))
      if ((claim.metadata.finalizers ?? []).length > 1)
        await world.kubectl(["patch", "domain", claim.metadata.name, "--type=json", "-p", noOthersFinalizers], {
          namespace,
        });
    await removeAll(world, paths.domains(namespace));
    await waitFor(
      { what: `the claims of ${namespace} to be gone`, timeout: 120_000 },
      async () => (await listOf(world.cluster.api, paths.domains(namespace))).length === 0,
    );
  }
}

/** The controller puts its own back where it still needs it. */
const noOthersFinalizers = JSON.stringify([{ op: "replace", path: "/metadata/finalizers", value: [] }]);

function inTurn(i: number): string {
  return i % 2 === 0 ? mallory : accomplice;
}

function hostOf(namespace: string, i: number): string {
  return `${namespace}-${String(i)}.example`;
}

/** Objects made by a process of its own: to write so many bytes would keep ours from looking at the clock. */
async function kubectlCreate(world: World, items: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { code, stderr } = await world.kubectl(["create", "--validate=false", "-f", "-"], {
    namespace: mallory,
    input,
  });
  // Some are larger than the API server takes, and that is its answer to them.
  if (code !== 0 && !stderr.includes("too large")) throw new Error(`kubectl create: ${stderr.slice(-1_000)}`);
}

async function claims(world: World, namespace: string, hosts: readonly string[]): Promise<void> {
  await inLanes(16, hosts, (host) => make(world, namespace, { primary: host }));
  await inLanes(4, hosts, (host) => held(world, namespace, host));
}

async function make(world: World, namespace: string, spec: DomainSpec): Promise<void> {
  await world.cluster.api.must("POST", paths.domains(namespace), domain(spec.primary, spec));
}

async function held(world: World, namespace: string, name: string): Promise<void> {
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

async function post(world: World, namespace: string, object: object): Promise<void> {
  await world.cluster.api.must("POST", paths.ingresses(namespace), object);
}

async function removeAll(world: World, path: string): Promise<void> {
  await world.cluster.api.must("DELETE", path);
}

function ingress(name: string, hosts: readonly string[], texts: readonly string[]) {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const http = { paths: texts.map((path) => ({ path, pathType: "Prefix", backend })) };
  const spec = { ingressClassName: "kong", rules: hosts.map((host) => ({ host, http })) };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name }, spec };
}
