import fc from "fast-check";
import { expect, test } from "vitest";
import { Numbers } from "../../src/reconcile/numbers.ts";
import { Readers } from "../../src/reconcile/readers.ts";
import type { FactKey } from "../../src/world/keys.ts";

const item = fc.nat(19).map((n) => `host ${String(n)}.example`);
const facts = fc
  .uniqueArray(fc.nat(39), { maxLength: 30 })
  .map((all) => new Set(all.map((n) => `fact ${String(n)}` as FactKey)));

test("a change finds the items whose last decision read it, and no others, whatever was recorded and forgotten", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(item, fc.option(facts), fc.boolean()), { maxLength: 120 }), (history) => {
      const readers = new Readers();
      const plain = new Map<string, ReadonlySet<FactKey>>();
      for (const [name, reads, goesOn] of history) {
        if (reads === null) {
          readers.forget(name);
          plain.delete(name);
        } else if (goesOn) {
          readers.add(name, reads);
          plain.set(name, new Set([...(plain.get(name) ?? []), ...reads]));
        } else {
          readers.record(name, reads);
          plain.set(name, reads);
        }
      }
      for (let n = 0; n < 40; n++) {
        const key = `fact ${String(n)}` as FactKey;
        const expected = [...plain].filter(([, reads]) => reads.has(key)).map(([name]) => name);
        expect([...readers.of([key])].sort()).toEqual(expected.sort());
      }
    }),
  );
});

test("a name that is free leaves nothing behind, and its number goes to the next", () => {
  const numbers = new Numbers();
  for (let i = 0; i < 1000; i++) numbers.free(numbers.of(`name ${String(i)}`));
  expect(numbers.size).toBe(0);
  expect(numbers.of("another")).toBe(0);
  expect(() => numbers.name(1)).toThrow("no name has the number 1");
});
