import fc from "fast-check";
import { expect, test } from "vitest";
import { add, drop, each, has } from "../../src/reconcile/small-set.ts";
import type { SmallSet } from "../../src/reconcile/small-set.ts";

const names = Array.from({ length: 60 }, (_, i) => (i === 0 ? "" : `name ${String(i)}`));

test("a small set has what was added and not dropped, in that order, whether it has none, one, a few or many", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(3)), { maxLength: 200 }), (history) => {
      let set: SmallSet<string> = undefined;
      const plain = new Set<string>();
      for (const [name, chance] of history) {
        set = chance === 0 ? drop(set, name) : add(set, name);
        if (chance === 0) plain.delete(name);
        else plain.add(name);
      }
      const found: string[] = [];
      each(set, (name) => found.push(name));
      expect(found).toEqual([...plain]);
      expect(names.filter((name) => has(set, name))).toEqual(names.filter((name) => plain.has(name)));
      expect(set === undefined).toBe(plain.size === 0);
    }),
  );
});
