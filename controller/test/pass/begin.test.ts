import { expect, test } from "vitest";
import { claim, heldBy, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

test("X2: a term begins in pieces, however many claims there are, and decides each", async () => {
  const claims = 500;
  const cluster = new FakeCluster();
  for (let i = 0; i < claims; i++) {
    const one = claim(`n${String(i)}/c`, `h${String(i)}.example`);
    cluster.put("Namespace", namespace(one.namespace));
    cluster.put("Domain", one);
    cluster.put("HostRecord", heldBy(one));
  }
  // Each look at the clock takes a millisecond.
  let now = 0;
  const clock = Object.assign(new FakeClock(), { monotonic: () => (now += 1) });
  const { health, settled, stop } = run({ cluster, clock });
  const asked = (): number => health().queues["claim"]?.depth ?? 0;
  expect(asked()).toBeGreaterThan(0);
  expect(asked()).toBeLessThan(50);
  const undecided = (): number => cluster.all("Domain").filter(({ status }) => status === undefined).length;
  for (let turns = 0; undecided() > 0 && turns < 5_000; turns++) await settled();
  expect(undecided()).toBe(0);
  await stop();
});
