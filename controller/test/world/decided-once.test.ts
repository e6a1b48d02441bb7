import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { DecidedOnceMemo } from "../../src/world/decided-once.ts";
import { FactChanges } from "../../src/world/fact-changes.ts";
import { factKeys } from "../../src/world/keys.ts";
import { Reads } from "../../src/world/reads.ts";

const question = Symbol("what is decided");

/** A memo of what is decided about hosts, each from its record; `decided` has those that were, in their order. */
function memo() {
  const changes = new FactChanges();
  const once = new DecidedOnceMemo(changes);
  const decided: string[] = [];
  const record = (host: string) => factKeys.record(host as Host);
  const ask = (host: string): void => {
    once.get(question, host, undefined, () => {
      decided.push(host);
      return { decided: host, reads: new Reads([record(host)]) };
    });
  };
  return { ask, change: (host: string) => changes.note([record(host)]), decided };
}

test("what was decided holds until a fact changes that it rests on", () => {
  const { ask, change, decided } = memo();
  for (const changed of ["b.example", "a.example", "b.example"]) {
    ask("a.example");
    change(changed);
  }
  ask("a.example");
  expect(decided).toEqual(["a.example", "a.example"]);
});

test("X2: whoever has thousands of hosts decided does not have a neighbour's decided anew who is at work, too", () => {
  const { ask, change, decided } = memo();
  for (let i = 0; i < 3_000; i++) {
    if (i % 100 === 0) ask("neighbour.example");
    ask(`h${String(i)}.mallory.example`);
    change("elsewhere.example");
  }
  expect(decided.filter((host) => host === "neighbour.example")).toHaveLength(1);
  ask("h0.mallory.example");
  expect(decided.at(-1)).toBe("h0.mallory.example");
});
