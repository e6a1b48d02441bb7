import { expect, test } from "vitest";
import { LongestTurn } from "../../src/operations/longest-turn.ts";
import { FakeClock } from "../support/fake-clock.ts";

test("the longest turn since the last question is told, also one that goes on until the question", async () => {
  const clock = new FakeClock();
  const longest = new LongestTurn(clock);
  await clock.pass(1_000);
  expect(longest.take().ms).toBe(0);
  clock.stall(90);
  await clock.pass(0);
  clock.stall(50);
  await clock.pass(1_000);
  expect(longest.take().ms).toBe(80);
  expect(longest.take().ms).toBe(0);
  clock.stall(200);
  expect(longest.take().ms).toBe(190);
  await clock.pass(1_000);
  expect(longest.take().ms).toBe(0);
  longest.stop();
});

test("of the turns the most CPU time is told, which the longest one need not have taken", async () => {
  const clock = new FakeClock();
  let cpu = 500;
  const longest = new LongestTurn(clock, () => cpu);
  const turn = async (ms: number, cpuMs: number): Promise<void> => {
    cpu += cpuMs;
    clock.stall(ms);
    await clock.pass(0);
  };
  await turn(210, 30);
  await turn(60, 45);
  await clock.pass(1_000);
  expect(longest.take()).toEqual({ ms: 200, cpuMs: 45 });
  expect(longest.take()).toEqual({ ms: 0, cpuMs: 0 });
  // Many short turns, and no long one among them.
  cpu += 10;
  await clock.pass(10);
  expect(longest.take()).toEqual({ ms: 0, cpuMs: 0 });
  longest.stop();
});

test("where Node does not tell the CPU time of a thread, none is told", async () => {
  const clock = new FakeClock();
  const longest = new LongestTurn(clock, () => undefined);
  clock.stall(90);
  await clock.pass(0);
  expect(longest.take()).toEqual({ ms: 80, cpuMs: undefined });
  longest.stop();
});

test("work that keeps the processor busy is seen as such, and a process that only waits is not", async () => {
  const now = (): number => performance.now();
  const longest = new LongestTurn({ now, monotonic: now, after: () => () => undefined });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  const waited = longest.take();
  expect(waited.ms).toBeGreaterThan(45);
  const begun = process.cpuUsage();
  while (process.cpuUsage(begun).user < 60_000);
  const worked = longest.take();
  longest.stop();
  if (waited.cpuMs === undefined) expect(process.versions.node).toMatch(/^22\./);
  else {
    expect(waited.cpuMs).toBeLessThan(30);
    expect(worked.cpuMs).toBeGreaterThan(waited.cpuMs);
  }
});
