import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { atOnce } from "../../src/world/pieces.ts";
import { TermState } from "../../src/world/term-state.ts";
import { World } from "../../src/world/world.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, heldBy, ingress, namespace, service } from "../support/builders.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { run } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";

test("X2: a term begins in pieces, however many claims there are, and decides each", { tags: "long" }, async () => {
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

test("what the leader before had written on the way to a route is not taken for left over by the next one", async () => {
  const first = run();
  const { cluster, kong } = first;
  acmeServes(cluster, "acme.org");
  for (let i = 0; i < 40; i++) {
    const team = `n${String(i)}`;
    cluster.put("Namespace", namespace(team));
    cluster.put("Domain", claim(`${team}/c`, `${team}.example`, fresh));
    cluster.put("Service", service(`${team}/web`));
    cluster.put("Ingress", ingress(`${team}/web`, [`${team}.example`]));
  }
  await first.settled();
  await first.stop();
  expect(kong.routes()).toHaveLength(41);
  kong.stored.routes.clear();
  kong.writes.splice(0);
  // Each look at the clock takes a millisecond.
  let now = 0;
  const clock = Object.assign(new FakeClock(), { monotonic: () => (now += 1) });
  const next = run({ cluster, kong, clock });
  for (let turns = 0; kong.routes().length < 41 && turns < 5_000; turns++) await next.settled();
  expect(kong.routes()).toHaveLength(41);
  expect(kong.writes.filter((write) => / (services|plugins) /.test(write))).toEqual([]);
  await next.stop();
});

test("X2: the records are counted in pieces before anything is decided, and what comes and goes meanwhile is counted, too", () => {
  const world = new World();
  const records = Array.from({ length: 2_000 }, (_, i) =>
    heldBy(claim(`n${String(i)}/c`, `h${String(i)}.acme.example`)),
  );
  for (const object of records.slice(0, -1)) world.apply({ type: "set", kind: "HostRecord", object });
  const state = new TermState(world, undefined, { countLater: true });
  const above = "*.acme.example" as Host;
  const pieces = state.countRecords();
  expect(pieces.next().done).toBe(false);
  for (const { host, name, uid } of records.slice(0, -1)) {
    if (host !== "h7.acme.example") world.apply({ type: "delete", kind: "HostRecord", namespace: "", name, uid });
  }
  expect(state.hasUnguarded(above, "n7")).toBe(false);
  for (const object of records.slice(-1)) world.apply({ type: "set", kind: "HostRecord", object });
  atOnce(pieces);
  expect(state.hasUnguarded(above, "n7")).toBe(true);
  expect(state.hasUnguarded(above, "n1999")).toBe(true);
  for (const { name, uid } of records.slice(-1))
    world.apply({ type: "delete", kind: "HostRecord", namespace: "", name, uid });
  expect(state.hasUnguarded(above, "n7")).toBe(false);
});

test("X2: the records of a platform are counted five hundred at a time", () => {
  const world = new World();
  for (let i = 0; i < 2_500; i++)
    world.apply({ type: "set", kind: "HostRecord", object: heldBy(claim(`n/c${String(i)}`, `h${String(i)}.example`)) });
  expect([...new TermState(world, undefined, { countLater: true }).countRecords()]).toHaveLength(5);
});

test("a Kong of a version that was not tried is named in the log as such, once in a term", async () => {
  const doubts = async (version: string): Promise<number> => {
    const [kong, log, clock] = [Object.assign(new FakeKong(), { version }), fakeLog(), new FakeClock()];
    const { settled, stop } = run({ clock, kong, log });
    await settled();
    await clock.pass(600_000);
    await stop();
    return log.lines.filter(({ level, message }) => level === "warn" && message.includes("were tried with 3.9")).length;
  };
  expect([await doubts("3.4.2"), await doubts("3.9.1")]).toEqual([1, 0]);
});
