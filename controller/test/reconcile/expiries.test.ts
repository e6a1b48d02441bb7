import fc from "fast-check";
import { expect, test } from "vitest";
import { Expiries } from "../../src/reconcile/expiries.ts";

test("the first of all ends is known, whatever changes", () => {
  const change = fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.option(fc.nat(5), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const expiries = new Expiries();
      const model = new Map<string, number>();
      for (const [key, end] of changes) {
        expiries.set(key, end);
        if (end === undefined) model.delete(key);
        else model.set(key, end);
        expect(expiries.first).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
      }
    }),
  );
});
