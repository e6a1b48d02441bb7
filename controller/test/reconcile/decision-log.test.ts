import { expect, test } from "vitest";
import { DecisionLog } from "../../src/reconcile/decision-log.ts";
import type { Decision } from "../../src/reconcile/decision-log.ts";
import { Timers } from "../../src/time/timers.ts";
import { fakeClock } from "../kube/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

function logging() {
  const [clock, log] = [fakeClock(), fakeLog()];
  const decisions = new DecisionLog(log, new Timers(clock));
  return { clock, decisions, lines: () => log.lines.map(({ fields, message }) => ({ message, ...fields })) };
}

const held = (claim: string, more: Partial<Decision> = {}): Decision => ({
  ...{ namespace: "team-a", claim, host: `${claim}.example`, phase: "OK", reason: "Held", ...more },
});

test("a claim that is decided alone has a line with all that is known, within a second", async () => {
  const { clock, decisions, lines } = logging();
  decisions.note(held("shop"));
  expect(lines()).toEqual([]);
  await clock.advance(1_000);
  expect(lines()).toEqual([{ message: "claim decided", ...held("shop") }]);
});

test("a namespace with 1,800 claims that become the same is one line, with their number", async () => {
  const { clock, decisions, lines } = logging();
  const gone = { phase: "Failed", reason: "NotDelegated" } as const;
  for (let i = 0; i < 1800; i += 1) decisions.note(held(`c${i}`, gone));
  decisions.note(held("other", { namespace: "team-b" }));
  await clock.advance(1_000);
  expect(lines()).toMatchObject([
    { message: "claims decided", namespace: "team-a", ...gone, count: 1800 },
    { message: "claim decided", namespace: "team-b", claim: "other" },
  ]);
});

test("what comes later is another line, and what is left at the end is said", async () => {
  const { clock, decisions, lines } = logging();
  decisions.note(held("one"));
  await clock.advance(1_500);
  decisions.note(held("two"));
  decisions.flush();
  expect(lines()).toMatchObject([{ claim: "one" }, { claim: "two" }]);
  await clock.advance(5_000);
  expect(lines()).toHaveLength(2);
});
