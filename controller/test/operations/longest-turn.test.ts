import { expect, test } from "vitest";
import { LongestTurn } from "../../src/operations/longest-turn.ts";
import { FakeClock } from "../support/fake-clock.ts";

test("the longest turn since the last question is told, also one that goes on until the question", async () => {
  const clock = new FakeClock();
  const longest = new LongestTurn(clock);
  await clock.pass(1_000);
  expect(longest.take()).toBe(0);
  clock.stall(90);
  await clock.pass(0);
  clock.stall(50);
  await clock.pass(1_000);
  expect(longest.take()).toBe(80);
  expect(longest.take()).toBe(0);
  clock.stall(200);
  expect(longest.take()).toBe(190);
  await clock.pass(1_000);
  expect(longest.take()).toBe(0);
  longest.stop();
});
