import { concurrently } from "../support/concurrently.ts";
import { paths } from "../support/world/objects.ts";
import {
  claims,
  hostOf,
  hostile,
  ingress,
  kubectlApply,
  kubectlCreate,
  mallory,
  many,
  post,
  removeAll,
} from "./attack-acts.ts";
import type { Attack } from "./attack-acts.ts";

/** Hosts of one namespace, each with as many paths. */
const crowded = { hosts: 4, paths: 100 } as const;

/** As many hosts in its rules as an Ingress may have, as many aliases, and as many hosts in `spec.tls`, each with a Secret of ten. */
const largest = 1_000;

/** Ingresses of several tenants. */
const flappers = many(50, (i) => ({ namespace: hostile[i % hostile.length] ?? "", name: `flapping-${String(i)}` }));

/** What can be done by the amount of what Ingresses say. */
export const attacksByIngresses: readonly Attack[] = [
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
    what: "40 Ingresses of 700 kB that change all the time",
    run: async (world) => {
      const large = (i: number, round: number): object => {
        const object = ingress(`large-${String(i)}`, ["large.example"], [`/${String(round)}`, "/x".repeat(350_000)]);
        return { ...object, metadata: { name: `large-${String(i)}` } };
      };
      for (let round = 0; round < 3; round += 1)
        await kubectlApply(
          world,
          mallory,
          many(40, (i) => large(i, round)),
        );
    },
  },
  {
    what: "5 namespaces with 6 hosts of 1,000 paths",
    prepare: async (world) => {
      for (const namespace of hostile)
        await claims(
          world,
          namespace,
          many(6, (i) => hostOf(namespace, i)),
        );
    },
    run: async (world) => {
      const texts = many(1_000, (i) => `/${String(i)}`);
      for (const namespace of hostile)
        await kubectlCreate(
          world,
          namespace,
          many(6, (i) => ingress(hostOf(namespace, i), [hostOf(namespace, i)], texts)),
        );
      for (const namespace of hostile) await removeAll(world, paths.ingresses(namespace));
    },
  },
  {
    what: "an Ingress of 1,000 hosts, as many aliases and 2,000 hosts in spec.tls, changed again and again",
    run: async (world) => {
      const names = (of: string, count: number): readonly string[] => many(count, (i) => `${of}${String(i)}.example`);
      const tls = many(100, (i) => ({ secretName: `s-${String(i)}`, hosts: names(`tls-${String(i)}-`, 20) }));
      for (let i = 0; i < 5; i += 1) {
        const object = ingress("largest", names("rule-", largest), [`/${String(i)}`]);
        const annotations = { "konghq.com/host-aliases": names("alias-", largest).join() };
        const whole = { ...object, metadata: { ...object.metadata, annotations }, spec: { ...object.spec, tls } };
        await kubectlCreate(world, mallory, [whole]);
        await removeAll(world, paths.ingresses(mallory));
      }
    },
  },
  {
    what: "300 Ingresses for one host, of which one is touched again and again",
    prepare: (world) => claims(world, mallory, ["crowd.example"]),
    run: async (world) => {
      const one = (i: number, text: string) => ingress(`crowd-${String(i)}`, ["crowd.example"], [text]);
      await concurrently(8, many(300, Number), (i) => post(world, mallory, one(i, `/${String(i)}`)));
      for (let i = 0; i < 20; i += 1)
        await world.cluster.api.must("PUT", `${paths.ingresses(mallory)}/crowd-0`, one(0, `/touched/${String(i)}`));
    },
  },
];
