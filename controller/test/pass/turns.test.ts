import { expect, test } from "vitest";
import { claim, heldBy, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

/** A clock of which each look takes longer than work may go on without others having their turn. */
function slowClock(): FakeClock {
  let now = 0;
  return Object.assign(new FakeClock(), { monotonic: () => (now += 11) });
}

/** How many turns of the event loop it takes until something is so. */
async function turnsUntil(isSo: () => boolean): Promise<number> {
  for (let turns = 0; turns < 1_000; turns++) {
    if (isSo()) return turns;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error("it did not come about");
}

test("X2: a host of a thousand paths is decided and planned step by step, and others have their turn in between", async () => {
  const cluster = new FakeCluster();
  const acme = claim("acme-org/acme", "acme.example");
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", acme);
  cluster.put("HostRecord", heldBy(acme));
  const { kong, settled, stop } = run({ cluster, clock: slowClock() });
  for (let i = 0; i < 50; i++) await settled();
  const paths = Array.from({ length: 1_000 }, (_, i) => path(`/${String(i)}`));
  cluster.put("Ingress", ingress("acme-org/web", [], { rules: [{ host: "acme.example", paths }] }));
  const writes = kong.writes.length;
  // To be asked, to decide, to find its routes, to say them to Kong, to say what becomes of the Ingress, to write.
  expect(await turnsUntil(() => kong.writes.length > writes)).toBeGreaterThanOrEqual(6);
  await stop();
  await settle();
});
