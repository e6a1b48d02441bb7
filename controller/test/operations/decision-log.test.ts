import { expect, test } from "vitest";
import { DecisionLog } from "../../src/operations/logging/decision-log.ts";
import type { Decision } from "../../src/operations/logging/decision-log.ts";
import { Timers } from "../../src/time/timers.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

function logging() {
  const [clock, log] = [new FakeClock(), fakeLog()];
  const decisions = new DecisionLog(log, new Timers(clock));
  return { clock, decisions, lines: () => log.lines.map(({ fields, message }) => ({ message, ...fields })) };
}

const held = (claim: string, more: Partial<Decision> = {}): Decision => ({
  ...{ namespace: "team-a", claim, host: `${claim}.example`, phase: "OK", reason: "Held", ...more },
});

test("a claim that is decided has a line with all that is known, at once", async () => {
  const { clock, decisions, lines } = logging();
  decisions.note(held("shop"));
  expect(lines()).toEqual([{ message: "claim decided", ...held("shop") }]);
  await clock.pass(5_000);
  expect(lines()).toHaveLength(1);
});

test("a namespace with 1,800 claims that become the same is five lines, and one with the number of the others", async () => {
  const { clock, decisions, lines } = logging();
  const gone = { phase: "Failed", reason: "NotDelegated" } as const;
  for (let i = 0; i < 1800; i += 1) decisions.note(held(`c${i}`, gone));
  decisions.note(held("other", { namespace: "team-b" }));
  await clock.pass(1_000);
  expect(lines().map(({ message }) => message)).toEqual([
    ...Array.from({ length: 6 }, () => "claim decided"),
    "more claims decided",
  ]);
  expect(lines().at(-1)).toMatchObject({ namespace: "team-a", ...gone, count: 1795 });
});

test("what comes a second later has lines of its own, and what is left at the end is said", async () => {
  const { clock, decisions, lines } = logging();
  for (const name of ["a", "b", "c", "d", "e"]) decisions.note(held(name));
  await clock.pass(1_000);
  for (const name of ["f", "g", "h", "i", "j", "k"]) decisions.note(held(name));
  expect(lines().map(({ message }) => message)).toEqual(Array.from({ length: 10 }, () => "claim decided"));
  decisions.flush();
  expect(lines().at(-1)).toMatchObject({ message: "more claims decided", count: 1, claims: ["k"] });
});
