import { setTimeout as sleep } from "node:timers/promises";
import { apiVersion } from "@domain-claims/crds/domain";
import { concurrently } from "../support/concurrently.ts";
import { paths } from "../support/world/objects.ts";
import { accomplice, change, claims, held, kubectlCreate, make, mallory, many, removeAll } from "./attack-acts.ts";
import type { Attack } from "./attack-acts.ts";

/** Claims that are given up at once. */
const given = many(300, (i) => `given-${String(i)}`);
/** A chain of nested primaries, which two namespaces hold in turn and share with each other. */
const nested = many(30, (i) => `${many(i + 1, (j) => `n${String(i - j)}`).join(".")}.example`);
const flapping = "flapping.example";
/** The host that many want. */
const wanted = "wanted.example";

/** What can be done by the amount of claims, and of what they say. */
export const attacksByClaims: readonly Attack[] = [
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
    what: "300 claims for one host, which is given up again and again",
    prepare: (world) => claims(world, accomplice, [wanted]),
    run: async (world) => {
      const one = (i: number): object => ({
        ...{ apiVersion, kind: "Domain", metadata: { name: `wanted-${String(i)}` }, spec: { primary: wanted } },
      });
      await kubectlCreate(world, mallory, many(300, one));
      for (let i = 0; i < 3; i += 1) await removeAll(world, paths.domains(accomplice));
    },
  },
  {
    what: "60 names claimed and given up, again and again",
    run: async (world) => {
      for (let i = 0; i < 4; i += 1) {
        await concurrently(8, many(60, Number), (j) =>
          make(world, mallory, { primary: `churn-${String(i)}-${String(j)}.example` }),
        );
        await removeAll(world, paths.domains(mallory));
      }
    },
  },
  {
    what: "6 namespaces with 20 claims, made and deleted",
    run: async (world) => {
      for (const namespace of many(6, (i) => `churn-${String(i)}`)) {
        await world.cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
        await concurrently(8, many(20, Number), (j) =>
          make(world, namespace, { primary: `${namespace}-${String(j)}.example` }),
        );
        await world.cluster.api.must("DELETE", `/api/v1/namespaces/${namespace}`);
      }
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

function inTurn(i: number): string {
  return i % 2 === 0 ? mallory : accomplice;
}
