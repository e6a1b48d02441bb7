import { expect, test } from "vitest";
import { proverFor } from "../src/apply/kong/prover.ts";
import type { KongInfo } from "../src/plan/kong/entities.ts";
import { FakeClock } from "./support/fake-clock.ts";

// How long a change is waited for where the gateway can't be asked.

const how = (takeOverMs: number, settleMs?: number, otherNodesMs = 0): string | undefined =>
  proverFor({ proxyUrls: [], settleMs }, { takeOverMs, otherNodesMs } as KongInfo, {} as never)?.how;

test.each([
  ["twice the period", 5_000, undefined, "by waiting for 10 s"],
  ["no less than two seconds, as a worker's run takes its time", 100, undefined, "by waiting for 2 s"],
  ["not at all where the next request waits for it", 0, undefined, undefined],
  ["as long as the administrator says", 5_000, 300, "by waiting for 0.3 s"],
  ["not at all where the administrator says so", 5_000, 0, undefined],
])("a change is waited for %s", (_, takeOverMs, settleMs, expected) => {
  expect(how(takeOverMs, settleMs)).toBe(expected);
});

test("X3: a gateway without pre-function is not asked: a backend behind a route for any host can answer as it does", () => {
  const asked = (preFunction: boolean): string | undefined =>
    proverFor(
      { proxyUrls: ["http://kong"], settleMs: undefined },
      { takeOverMs: 5_000, otherNodesMs: 0, preFunction } as KongInfo,
      { clock: new FakeClock() } as never,
    )?.how;
  expect(asked(true)).toBe("by asking http://kong");
  expect(asked(false)).toBe("by waiting for 10 s, as what Kong answers without pre-function is no proof");
});

test.each([
  [1_000, "by waiting for 7 s"],
  [0, "by waiting for 7 s"],
])("X3: other nodes hear of a change before they take it over, be it every %i ms", (takeOverMs, expected) => {
  expect(how(takeOverMs, undefined, 5_000)).toBe(expected);
  expect(how(takeOverMs, 0, 5_000)).toBeUndefined();
});
