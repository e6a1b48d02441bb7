import { setTimeout as sleep } from "node:timers/promises";
import { apiVersion } from "@domain-claims/crds/domain";
import { concurrently } from "../support/concurrently.ts";
import { listOf, paths } from "../support/world/objects.ts";
import type { StoredDomain } from "../support/world/objects.ts";
import { waitFor } from "../support/wait.ts";
import type { World } from "../support/world/start-world.ts";
import { annotate, change, claims, held, ingress, kubectlCreate, make, post, removeAll } from "./attack-acts.ts";

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

/** Ingresses of several tenants. */
const flappers = many(50, (i) => ({ namespace: hostile[i % hostile.length] ?? "", name: `flapping-${String(i)}` }));

/** The attacks of `docs/attacks.md` that are made by amount. */
export const attacks: readonly Attack[] = [
  {
    what: "40 Ingresses with a path of 200 kB",
    run: (world) =>
      kubectlCreate(
        world,
        mallory,
        many(40, (i) => ingress(`long-${String(i)}`, ["long.example"], ["/x".repeat(100_000)])),
      ),
  },
  {
    what: "6 Ingresses with a path of 1 MB of dots",
    run: (world) =>
      kubectlCreate(
        world,
        mallory,
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
        mallory,
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
        await concurrently(8, [...nested.entries()], ([i, host]) =>
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
      await concurrently(4, all, ({ namespace, host }) => post(world, namespace, ingress(host, [host], texts)));
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
      return kubectlCreate(world, mallory, [
        { ...object, metadata: { ...object.metadata, annotations: { "konghq.com/host-aliases": aliases } } },
      ]);
    },
  },
  {
    what: "2 Ingresses with 20,000 short paths and 5,000 entries in spec.tls",
    run: (world) => {
      const tls = many(5_000, (i) => ({ hosts: [`tls-${String(i)}.example`], secretName: `s-${String(i)}` }));
      const short = ingress(
        "whole",
        ["whole.example"],
        many(20_000, (i) => `/${String(i)}`),
      );
      const named = (name: string): object => ({ ...short, metadata: { name }, spec: { ...short.spec, tls } });
      return kubectlCreate(world, mallory, [named("whole-0"), named("whole-1")]);
    },
  },
  {
    what: "a Namespace of 250 kB that changes 10 times a second",
    run: async (world) => {
      for (let i = 0; i < 40; i += 1) {
        await annotate(
          world,
          accomplice,
          Object.fromEntries(many(2_400, (j) => [`m.io/${String(j)}`, `${String(i)}-`.repeat(20)])),
        );
        await sleep(100);
      }
      await annotate(world, accomplice, {});
    },
  },
  {
    what: "a Service of 10,000 ports, made and removed again and again",
    run: async (world) => {
      const services = `/api/v1/namespaces/${mallory}/services`;
      const ports = many(10_000, (i) => ({ name: `p${String(i)}`, port: i + 1 }));
      for (let i = 0; i < 5; i += 1) {
        await world.cluster.api.must("POST", services, { metadata: { name: "ports" }, spec: { ports } });
        await world.cluster.api.must("DELETE", `${services}/ports`);
      }
    },
  },
  {
    what: `${String(flappers.length)} Ingresses that change all the time`,
    prepare: async (world) => {
      for (const namespace of hostile) await claims(world, namespace, [hostOf(namespace, 0)]);
      for (const { namespace, name } of flappers)
        await post(world, namespace, ingress(name, [hostOf(namespace, 0)], [`/${name}`]));
    },
    run: async (world) => {
      for (let i = 0; i < 10; i += 1)
        await concurrently(8, flappers, async ({ namespace, name }) => {
          const changed = ingress(name, [hostOf(namespace, 0)], [`/${name}/${String(i)}`]);
          await world.cluster.api.must("PUT", `${paths.ingresses(namespace)}/${name}`, changed);
        });
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
      return kubectlCreate(world, mallory, many(5, one));
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
