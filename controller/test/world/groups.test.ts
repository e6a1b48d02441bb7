import fc from "fast-check";
import { expect, test } from "vitest";
import { Groups } from "../../src/world/groups.ts";

const step = fc.record({ group: fc.nat(2), key: fc.nat(3), value: fc.option(fc.nat(9)) });

test("a group has what was put into it and not taken out, in the order in which that came, however few it has", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (history) => {
      const groups = new Groups<number, number, number>();
      const plain = new Map<number, Map<number, number>>([0, 1, 2].map((group) => [group, new Map()]));
      for (const { group, key, value } of history) {
        if (value === null) {
          groups.drop(group, key);
          plain.get(group)?.delete(key);
        } else {
          groups.put(group, key, value);
          plain.get(group)?.set(key, value);
        }
        for (const [one, values] of plain) {
          expect(groups.of(one)).toEqual([...values.values()]);
          expect([0, 1, 2, 3].map((of) => groups.get(one, of))).toEqual([0, 1, 2, 3].map((of) => values.get(of)));
        }
      }
    }),
  );
});
