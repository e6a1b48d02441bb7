import type { Host } from "@domain-claims/crds/hostname";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Numbers } from "../../src/reconcile/numbers.ts";
import { Readers } from "../../src/reconcile/readers.ts";
import { factKeys } from "../../src/world/keys.ts";
import type { FactKey } from "../../src/world/keys.ts";
import { Reads } from "../../src/world/reads.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

/** A few facts about each of a few subjects, some of which read alike. */
const known: readonly FactKey[] = ["acme.org", "b.acme.org", "c.acme.org", "d.acme.org"].flatMap((name) => {
  const host = name as Host;
  const ofHost = [factKeys.record(host), factKeys.claims(host), factKeys.live(host), factKeys.namespace(name)];
  const ofPair = [factKeys.claim(name, name), factKeys.service(name, name), factKeys.sources(name, host)];
  return [...ofHost, ...ofPair];
});

const item = fc.nat(79).map((n) => `host ${String(n)}.example`);
/** Any of them, or what many read alike. */
const facts = fc.oneof(
  fc.subarray([...known], { maxLength: 20 }),
  fc.constantFrom(known.slice(0, 3), known.slice(2, 9)),
);

test("a change finds the items whose last decision read it, and no others, whatever was recorded and forgotten", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(item, fc.option(facts), fc.boolean()), { maxLength: 200 }), (history) => {
      const readers = new Readers();
      const plain = new Map<string, readonly FactKey[]>();
      for (const [name, reads, goesOn] of history) {
        if (reads === null) {
          readers.forget(name);
          plain.delete(name);
        } else if (goesOn) {
          readers.add(name, new Reads(reads));
          plain.set(name, [...(plain.get(name) ?? []), ...reads]);
        } else {
          readers.record(name, new Reads(reads));
          plain.set(name, reads);
        }
      }
      for (const key of known) {
        const expected = [...plain].filter(([, reads]) => reads.includes(key)).map(([name]) => name);
        expect([...readers.of([key])].sort()).toEqual(expected.sort());
      }
    }),
  );
});

test("an item that comes to read something else of a subject of which nobody else reads is found by it", () => {
  const readers = new Readers();
  readers.record("claim acme-org/web", new Reads([factKeys.namespace("acme-org")]));
  readers.record("claim acme-org/web", new Reads([factKeys.released("acme-org")]));
  expect([...readers.of([factKeys.released("acme-org")])]).toEqual(["claim acme-org/web"]);
});

test(
  "a fact about a subject of which thousands have read something else is looked at without looking at them",
  { tags: "long" },
  () => {
    const [popular, rare] = [factKeys.namespace("acme-org"), factKeys.released("acme-org")];
    const readers = new Readers();
    for (let i = 0; i < 50_000; i++) readers.record(`claim acme-org/${String(i)}`, new Reads([popular]));
    readers.record("released acme-org", new Reads([rare]));
    const costOf = (fact: FactKey, times: number, found: number): number =>
      cpuMilliseconds(() => {
        for (let i = 0; i < times; i++) expect(readers.of([fact]).size).toBe(found);
      });
    expect(costOf(rare, 1_000, 1)).toBeLessThan(costOf(popular, 10, 50_000));
  },
);

test("a name that is free leaves nothing behind, and its number goes to the next", () => {
  const numbers = new Numbers();
  for (let i = 0; i < 1000; i++) numbers.free(numbers.of(`name ${String(i)}`));
  expect(numbers.size).toBe(0);
  expect(numbers.of("another")).toBe(0);
  expect(() => numbers.name(1)).toThrow("no name has the number 1");
});
