import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import type { Notice, SourceVerdict } from "../../src/plan/source.ts";
import { news } from "../../src/reconcile/told-source.ts";
import type { ToldSource } from "../../src/reconcile/told-source.ts";

const host = "acme.org" as Host;
const problem = (about: string): Notice => ({
  type: "Warning",
  reason: "ServiceNotFound",
  message: about,
  host,
  about,
});
const live: Notice = { type: "Normal", reason: "Programmed", message: "live", host, about: "acme.org" };
const verdict = (known: boolean, ...notices: readonly Notice[]): SourceVerdict => ({
  live: known ? false : undefined,
  notices,
});

/** What is said of each verdict, one after the other. */
function story(...verdicts: readonly SourceVerdict[]): readonly (readonly string[])[] {
  let told: ToldSource | undefined;
  return verdicts.map((one) => {
    const { notices, now } = news(one, told);
    told = now;
    return notices.map(({ reason, message }) => `${reason} ${message}`);
  });
}

test("a problem that is gone is told as solved, once", () => {
  expect(story(verdict(true, live, problem("a")), verdict(true, live), verdict(true, live))).toEqual([
    ["Programmed live", "ServiceNotFound a"],
    ["Resolved no longer a problem: a"],
    [],
  ]);
});

test("several are told in one sentence; the ones that are left stay unsaid", () => {
  const all = [problem("a"), problem("b"), problem("c")];
  expect(story(verdict(true, ...all), verdict(true, problem("b")))[1]).toEqual(["Resolved no longer a problem: a, c"]);
});

test("that the host has gone live says it already", () => {
  expect(story(verdict(true, problem("a")), verdict(true, live))[1]).toEqual(["Programmed live"]);
});

test("while it is not known what is live nothing is solved, and nothing is forgotten", () => {
  expect(story(verdict(true, live, problem("a")), verdict(false), verdict(true, live))).toEqual([
    ["Programmed live", "ServiceNotFound a"],
    [],
    ["Programmed live"],
  ]);
});

test("another reason for the same path is another word about the same problem", () => {
  const other: Notice = { ...problem("a"), reason: "ServicePortNotFound", message: "no port" };
  expect(story(verdict(true, problem("a")), verdict(true, other))[1]).toEqual(["ServicePortNotFound no port"]);
});

test("X1: while it is not known what is live, of problems that come and go so many are remembered", () => {
  let told: ToldSource | undefined;
  for (let edit = 0; edit < 1_000; edit++) {
    const fresh = Array.from({ length: 10 }, (_, index) => problem(`${String(edit)}-${String(index)}`));
    told = news(verdict(false, ...fresh), told).now;
  }
  expect(told?.problems.size).toBe(110);
  expect(news(verdict(true), told).notices[0]?.message).toMatch(/and 100 more$/);
});
