import fc from "fast-check";
import { expect, test } from "vitest";
import { equalIgnoring, sameJson } from "../../src/world/compare.ts";

/** Values of few leaves and fields, so that two of them are often the same; a field may be there and undefined. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, 1, "", "a"),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b"), fc.oneof(tie("value"), fc.constant(undefined)), { maxKeys: 2 }),
  ),
}));

/** The value as JSON, its fields in the order of their names: those that are undefined are left out. */
function text(of: unknown): string {
  return JSON.stringify(of, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

test("two values are the same where their JSON is, whatever the order of their fields", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(sameJson(a, b)).toBe(text(a) === text(b));
      expect(sameJson(b, a)).toBe(sameJson(a, b));
      expect(sameJson(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test("two versions of an object say the same where all but some fields do", () => {
  const before = { name: "a", status: 1, more: { deep: [1] } };
  expect(equalIgnoring(before, { ...before, status: 2 }, "status")).toBe(true);
  expect(equalIgnoring(before, { ...before, status: 2 })).toBe(false);
  expect(equalIgnoring(before, { ...before, more: { deep: [2] } }, "status")).toBe(false);
  expect(equalIgnoring<object>({ a: { status: 1 } }, { a: { status: 2 } }, "status" as never)).toBe(false);
  expect(equalIgnoring(undefined, before, "name", "status", "more")).toBe(false);
});
