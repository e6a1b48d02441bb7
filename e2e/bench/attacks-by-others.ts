import { setTimeout as sleep } from "node:timers/promises";
import { apiVersion } from "@domain-claims/crds/domain";
import { inLanes } from "../support/in-lanes.ts";
import { accomplice, annotate, claims, ingress, mallory, many, post } from "./attack-acts.ts";
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
    what: "a Secret of 20,000 keys that changes 10 times a second",
    prepare: async (world) => {
      await claims(world, mallory, ["secret.example"]);
      const object = ingress("secret", ["secret.example"], ["/"]);
      await post(world, mallory, { ...object, spec: { ...object.spec, tls: [{ secretName: "long" }] } });
    },
    run: async (world) => {
      const secrets = `/api/v1/namespaces/${mallory}/secrets`;
      const keys = Object.fromEntries(many(20_000, (i) => [`k${String(i)}`, "eA=="]));
      const long = (i: number): object => ({
        metadata: { name: "long", labels: { round: String(i) } },
        type: "kubernetes.io/tls",
        data: { ...keys, "tls.crt": "eA==", "tls.key": "eA==" },
      });
      await world.cluster.api.must("POST", secrets, long(0));
      for (let i = 1; i <= 30; i += 1) {
        await world.cluster.api.must("PUT", `${secrets}/long`, long(i));
        await sleep(100);
      }
      await world.cluster.api.must("DELETE", `${secrets}/long`);
    },
  },
  {
    what: "1,500 Events on its own claims, in the controller's name",
    prepare: (world) => claims(world, mallory, ["told.example"]),
    run: (world) =>
      inLanes(8, many(1_500, String), (i) =>
        world.cluster.api.must("POST", `/api/v1/namespaces/${mallory}/events`, {
          metadata: { name: `told.example.${i}` },
          involvedObject: { apiVersion, kind: "Domain", namespace: mallory, name: "told.example" },
          reportingComponent: "platform.koli.io/domain-claims",
          reportingInstance: "forged",
          action: "Decide",
          type: "Warning",
          reason: "AlreadyClaimed",
          message: "x".repeat(1_000),
        }),
      ),
  },
];
