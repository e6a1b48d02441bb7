import { expect, test } from "vitest";
import { LongestTurn } from "../../src/operations/longest-turn.ts";
import { fakeClock } from "../kube/fake-clock.ts";

test("the longest turn since the last question is told, also one that goes on until the question", async () => {
  const clock = fakeClock();
  const longest = new LongestTurn(clock);
  await clock.advance(1_000);
  expect(longest.take()).toBe(0);
  clock.stall(90);
  await clock.advance(0);
  clock.stall(50);
  await clock.advance(1_000);
  expect(longest.take()).toBe(80);
  expect(longest.take()).toBe(0);
  clock.stall(200);
  expect(longest.take()).toBe(190);
  await clock.advance(1_000);
  expect(longest.take()).toBe(0);
  longest.stop();
});
