import type { Host } from "@domain-claims/crds/hostname";
import fc from "fast-check";
import { expect, test } from "vitest";
import { factKeys } from "../../src/world/keys.ts";
import type { FactKey } from "../../src/world/keys.ts";
import { distinct, Reads } from "../../src/world/reads.ts";
import { factText } from "../support/fact-text.ts";

/** Every kind of fact, about one subject of its own and about one that all those of a kind of subject have. */
const all: readonly FactKey[] = Object.values(factKeys).flatMap((make) =>
  typeof make === "function"
    ? ["acme", "own"].map((name) => (make as (...words: readonly unknown[]) => FactKey)(subject(make, name), name))
    : [make],
);

/** What a kind of fact is asked about: a source is asked for by an object. */
function subject(make: unknown, name: string): unknown {
  return make === factKeys.source ? { kind: "Ingress", namespace: name, name } : name;
}

test("each fact is another, however alike their subjects are, and what was read is exactly what was added", () => {
  expect(new Set(all.map(factText)).size).toBe(all.length);
  fc.assert(
    fc.property(fc.subarray([...all]), fc.subarray([...all]), (some, others) => {
      const reads = new Reads(some).addAll(new Reads(others));
      const expected = all.filter((key) => some.includes(key) || others.includes(key));
      expect(all.filter((key) => reads.has(key))).toEqual(expected);
      expect(reads.texts().toSorted()).toEqual(expected.map(factText).sort());
    }),
  );
});

test("keys are told once each, in the order in which they come", () => {
  const [one, two] = [factKeys.record("a.org" as Host), factKeys.claims("a.org" as Host)];
  expect(distinct([one, two, one, factKeys.claims("a.org" as Host)])).toEqual([one, two]);
});
