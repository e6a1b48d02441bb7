import { expect, test } from "vitest";
import { reportAgain } from "../../src/report/again.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Reports with these texts, one after the other; the last one goes on. */
function following(texts: readonly string[], lookAgainMs: number) {
  const clock = new FakeClock();
  const over = new AbortController();
  const printed: string[] = [];
  let change = (): void => undefined;
  let [reports, open] = [0, 0];
  const report = async () => {
    const changed = new AbortController();
    change = () => changed.abort();
    open += 1;
    const text = texts[Math.min(reports, texts.length - 1)] ?? "";
    reports += 1;
    const end = async (): Promise<void> => {
      open -= 1;
      await Promise.resolve();
    };
    return await Promise.resolve({ text, changed: changed.signal, end });
  };
  const print = (text: string): void => {
    printed.push(text);
  };
  const ended = reportAgain({ report, print, lookAgainMs, clock, signal: over.signal });
  return { clock, printed, ended, over, change: () => change(), reports: () => reports, open: () => open };
}

test("a report is made again a second after the first change, and not before", async () => {
  const { clock, printed, change, reports, over, ended } = following(["a", "b"], 0);
  await clock.pass(3_600_000);
  expect(printed).toEqual(["a"]);
  change();
  await clock.pass(999);
  expect(reports()).toBe(1);
  await clock.pass(1);
  expect(printed).toEqual(["a", "b"]);
  over.abort();
  await ended;
});

test("what says the same as before is not printed", async () => {
  const { clock, printed, change, reports, over, ended } = following(["a", "a", "b", "a"], 0);
  for (let times = 0; times < 3; times += 1) {
    change();
    await clock.pass(1_000);
  }
  expect(reports()).toBe(4);
  expect(printed).toEqual(["a", "b", "a"]);
  over.abort();
  await ended;
});

test("Kong is looked at again after a while, since it tells nobody of a change", async () => {
  const { clock, printed, over, ended } = following(["a", "b"], 60_000);
  await clock.pass(61_000);
  expect(printed).toEqual(["a", "b"]);
  over.abort();
  await ended;
});

test("asked to end, it ends at once, and so does what it watched by", async () => {
  const { clock, over, ended, open, reports } = following(["a"], 60_000);
  await clock.pass(10);
  expect(open()).toBe(1);
  over.abort();
  await ended;
  expect([open(), reports()]).toEqual([0, 1]);
});
