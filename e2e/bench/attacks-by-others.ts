import { setTimeout as sleep } from "node:timers/promises";
import { accomplice, annotate, mallory, many } from "./attack-acts.ts";
import type { Attack } from "./attack-acts.ts";

/** What can be done by the amount of other objects: Namespaces, Services. */
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
];
