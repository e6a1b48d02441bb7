import { setTimeout as sleep } from "node:timers/promises";
import { apiVersion } from "@domain-claims/crds/domain";
import { concurrently } from "../support/concurrently.ts";
import { accomplice, annotate, claims, ingress, mallory, many, post, removeAll } from "./attack-acts.ts";
import type { Attack } from "./attack-acts.ts";

/** What can be done by the amount of other objects: Namespaces, Services, Secrets, Events. */
export const attacksByOthers: readonly Attack[] = [
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
    what: "20 Secrets of 200 kB that change all the time, each of a host of its own",
    prepare: async (world) => {
      const hosts = many(20, (i) => `secret-${String(i)}.example`);
      await claims(world, mallory, hosts);
      for (const [i, host] of hosts.entries()) {
        const object = ingress(host, [host], ["/"]);
        const tls = [{ hosts: [host], secretName: secretName(i) }];
        await post(world, mallory, { ...object, spec: { ...object.spec, tls } });
      }
    },
    run: async (world) => {
      const path = `/api/v1/namespaces/${mallory}/secrets`;
      for (const i of many(20, Number)) await world.cluster.api.must("POST", path, secret(i, 0));
      for (let round = 1; round <= 5; round += 1)
        for (const i of many(20, Number))
          await world.cluster.api.must("PUT", `${path}/${secretName(i)}`, secret(i, round));
      for (const i of many(20, Number)) await world.cluster.api.must("DELETE", `${path}/${secretName(i)}`);
    },
  },
  {
    what: "1,000 Events about a claim",
    prepare: (world) => claims(world, mallory, ["events.example"]),
    run: async (world) => {
      const involvedObject = { apiVersion, kind: "Domain", namespace: mallory, name: "events.example" };
      const one = (i: number): object => ({
        metadata: { name: `event-${String(i)}` },
        involvedObject,
        message: "x".repeat(1_000),
      });
      const path = `/api/v1/namespaces/${mallory}/events`;
      await concurrently(8, many(1_000, one), (event) => world.cluster.api.must("POST", path, event));
      await removeAll(world, path);
    },
  },
];

function secretName(i: number): string {
  return `secret-${String(i)}`;
}

/** What is called a pair, and is none. */
function secret(i: number, round: number): object {
  const text = Buffer.from(`${String(round)}-`.repeat(50_000)).toString("base64");
  return { metadata: { name: secretName(i) }, type: "kubernetes.io/tls", data: { "tls.crt": text, "tls.key": text } };
}
