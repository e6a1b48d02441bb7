import fc from "fast-check";
import { expect, test } from "vitest";

import { Backlog } from "../src/backlog.ts";
import { replicaOf } from "../src/replica.ts";
import { Store, type Change } from "../src/store.ts";
import { Takeover } from "../src/takeover.ts";
import { realTiming, seededChance } from "../src/timing.ts";
import { pluginEntity, routeEntity } from "./gateway-entities.ts";
import { manualTiming } from "./manual-timing.ts";
import { uuid } from "./proxy-bench.ts";

const write = (number: number): Change => ({
  collection: "routes",
  before: undefined,
  after: routeEntity({ id: uuid(number) }),
});

test("a change is taken over at once where there is no frequency, and by the timer where there is one", () => {
  const timing = manualTiming(0.5);
  const taken: string[] = [];
  const atOnce = new Takeover(0, timing, () => taken.push("at once"));
  const later = new Takeover(5, timing, () => taken.push("later"));
  for (const takeover of [atOnce, later]) takeover.offer(write(1));
  expect(taken).toEqual(["at once"]);
  timing.pass(2_499);
  expect(taken).toEqual(["at once"]);
  timing.pass(1);
  expect(taken).toEqual(["at once", "later"]);
  later.offer(write(2));
  timing.pass(5_009);
  expect(taken).toHaveLength(2);
  timing.pass(1);
  expect(taken).toHaveLength(3);
  later.close();
  later.offer(write(3));
  timing.pass(60_000);
  expect(taken).toHaveLength(3);
});

test("two timers of one frequency drift apart", () => {
  const [quick, slow] = [manualTiming(0), manualTiming(0, 0.9)];
  const runs: string[] = [];
  const timers = [quick, slow].map((timing) => new Takeover(5, timing, () => runs.push(timing === quick ? "q" : "s")));
  const pass = (milliseconds: number): string => {
    runs.length = 0;
    for (const timer of timers) timer.offer(write(1));
    for (const timing of [quick, slow]) timing.pass(milliseconds);
    return runs.join("");
  };
  expect(pass(1)).toBe("qs");
  expect(pass(99 * 5_000)).toBe("qs");
  expect(pass(4_999)).toBe("qs");
  expect(pass(850)).toBe("");
  expect(pass(100)).toBe("s");
});

test("frozen it keeps what is offered, and thawed it takes all of it over", () => {
  const taken: Change[] = [];
  const takeover = new Takeover(0, manualTiming(0), (change) => taken.push(change));
  takeover.freeze();
  takeover.offer(write(1));
  takeover.offer(write(2));
  expect(taken).toEqual([]);
  takeover.thaw();
  expect(taken.map(({ after }) => after?.id)).toEqual([uuid(1), uuid(2)]);
});

test("a backlog comes to the same as all of its changes, and holds each entity once", () => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 5 }), remove: fc.boolean(), name: fc.constantFrom("a", "b") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new Store();
      const behind = new Map<string, string | null>();
      const backlog = new Backlog();
      store.onChange((change) => backlog.add(change));
      for (const { id, remove, name } of steps) {
        if (remove) store.delete("routes", uuid(id));
        else store.put("routes", routeEntity({ id: uuid(id), name }));
      }
      const waiting = backlog.take() as readonly Extract<Change, { collection: "routes" }>[];
      expect(new Set(waiting.map((change) => (change.after ?? change.before)!.id)).size).toBe(waiting.length);
      for (const { before, after } of waiting) {
        if (after === undefined) behind.delete(before!.id);
        else behind.set(after.id, after.name);
      }
      expect(behind).toEqual(new Map([...store.routes.values()].map((route) => [route.id, route.name])));
      expect(backlog.take()).toEqual([]);
    }),
  );
});

test("another node hears of changes and removals when its turn comes", () => {
  const timing = manualTiming(0.5);
  const store = new Store();
  const replica = replicaOf(store, 2, timing);
  store.put("plugins", pluginEntity({ id: uuid(1), name: "redirect" }));
  expect(replica.store.plugins.size).toBe(0);
  timing.pass(1_000);
  expect(replica.store.plugins.size).toBe(1);
  store.delete("plugins", uuid(1));
  timing.pass(2_010);
  expect(replica.store.plugins.size).toBe(0);
  replica.close();
});

test("the same seed draws the same chances, evenly spread", () => {
  const draw = (seed: number): readonly number[] => {
    const chance = seededChance(seed);
    return Array.from({ length: 1000 }, chance);
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const quarters = Object.groupBy(draw(7), (number) => Math.floor(number * 4));
  expect(Object.keys(quarters)).toEqual(["0", "1", "2", "3"]);
  expect(Math.min(...Object.values(quarters).map((numbers) => numbers!.length))).toBeGreaterThan(200);
});

test("time that passes by itself calls when it is due, unless that was taken back", async () => {
  const { after } = realTiming(1);
  const called: string[] = [];
  after(5, () => called.push("taken back"))();
  await new Promise<void>((resolve) => {
    after(10, () => resolve());
    // The timers let a program end, so something has to wait for them.
    setTimeout(() => called.push("late"), 20);
  });
  expect(called).toEqual([]);
});
