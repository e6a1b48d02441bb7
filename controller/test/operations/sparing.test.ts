import { expect, test } from "vitest";
import { sparingLog } from "../../src/operations/logging/sparing.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { FakeClock } from "../support/fake-clock.ts";

test("X1: of warnings that say the same of what one namespace has some have a line, and the others are a number in the next", async () => {
  const [lines, clock] = [fakeLog(), new FakeClock()];
  const log = sparingLog(lines, clock);
  for (let n = 0; n < 1_000; n++) {
    log.warn({ kind: "Certificate", object: `mallory-org/c${String(n)}` }, "it is left out");
    await clock.pass(100);
  }
  expect(lines.lines.length).toBeLessThan(25);
  expect(lines.lines.at(-1)?.fields).toMatchObject({ leftOut: expect.any(Number) });
});

test("X1: what is told of one namespace's hosts that come and go all the time is a line in two seconds", async () => {
  const [lines, clock] = [fakeLog(), new FakeClock()];
  const log = sparingLog(lines, clock);
  for (let n = 0; n < 3_000; n++) {
    log.info({ host: `h${String(n)}.example`, namespace: "mallory-org" }, "host taken");
    await clock.pass(20);
  }
  expect(lines.lines.length).toBeGreaterThanOrEqual(100);
  expect(lines.lines.length).toBeLessThan(135);
  log.info({ host: "acme.example", namespace: "acme-org" }, "host taken");
  expect(lines.lines.at(-1)?.fields).toEqual({ host: "acme.example", namespace: "acme-org" });
});

test("X1: so it is of work for one host that fails again and again", () => {
  const lines = fakeLog();
  const log = sparingLog(lines, new FakeClock());
  for (let n = 0; n < 100; n++) log.warn({ queue: "host", key: "mallory.example", attempt: n }, "work failed");
  log.warn({ queue: "host", key: "acme.example", attempt: 1 }, "work failed");
  expect(lines.lines.map(({ fields }) => fields["key"])).toEqual([
    ...Array.from({ length: 20 }, () => "mallory.example"),
    "acme.example",
  ]);
});

test("others' warnings, and those about something else, are not left out for that", () => {
  const lines = fakeLog();
  const log = sparingLog(lines, new FakeClock());
  for (let n = 0; n < 100; n++) log.warn({ namespace: "mallory-org", claim: "m" }, "it is too large");
  const others = [
    [{ namespace: "acme-org", claim: "a" }, "it is too large"],
    [{ queue: "claim", key: "mallory-org/m" }, "work failed"],
    [{ queue: "host", key: "acme.org" }, "work failed"],
    [{ object: "/mallory-org" }, "it is left out"],
  ] as const;
  for (const [fields, message] of others) log.warn(fields, message);
  expect(lines.lines.slice(-others.length).map(({ fields, message }) => [fields, message])).toEqual(others);
  for (let n = 0; n < 100; n++) log.warn({ problem: "no answer" }, "Kong is away");
  expect(lines.lines.filter(({ message }) => message === "Kong is away")).toHaveLength(100);
});
