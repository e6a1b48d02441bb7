/** @module-tag long */
import { JSONParser } from "@streamparser/json";
import { afterEach, expect, test, vi } from "vitest";
import { parsedInPieces } from "../../src/kube/long-json.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the text comes to, and how many bytes were parsed in the longest piece. */
function parsed(text: string): { readonly value: unknown; readonly longest: number } {
  const spy = vi.spyOn(JSONParser.prototype, "write");
  const pieces = parsedInPieces(text);
  for (let longest = 0; ;) {
    const { done, value } = pieces.next();
    longest = Math.max(
      longest,
      spy.mock.calls.reduce((sum, [part]) => sum + (part as Uint8Array).length, 0),
    );
    spy.mockClear();
    if (done === true) return { value, longest };
  }
}

const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

test.each([
  [
    "20,000 paths of an Ingress",
    { spec: { rules: [{ http: { paths: many(20_000, (i) => ({ path: `/${String(i)}` })) } }] } },
  ],
  [
    "10,000 rules",
    { spec: { rules: many(10_000, (i) => ({ host: `h${String(i)}.example`, http: { paths: [{ path: "/" }] } })) } },
  ],
  ["40,000 labels", { metadata: { labels: Object.fromEntries(many(40_000, (i) => [`l${String(i)}`, ""])) } }],
  ["numbers, and words that are none", many(50_000, (i) => [i, -1.5e3, true, false, null, {}, [], ""][i % 8])],
  ["quotes and backslashes", many(20_000, (i) => '\\"'.repeat(i % 7) + "}]{[,:\u2028\u0001é🦊".repeat(i % 3))],
  ["small things", { a: [1, { b: null }] }],
])("X2: %s: at once no more is parsed than some pieces' length, and it comes to the same", (_, value) => {
  for (const text of [JSON.stringify(value), `${JSON.stringify(value, undefined, "\t")}\n\n`]) {
    const read = parsed(text);
    expect(read.value).toEqual(value);
    expect(read.longest).toBeLessThanOrEqual(16_384);
  }
});

test("what nests deeper than anything is read nevertheless", () => {
  const text = `{"a":${"[".repeat(9_000)}${`"${"x".repeat(20_000)}"`}${"]".repeat(9_000)}}`;
  let depth = 0;
  for (let { a } = parsed(text).value as { a: unknown }; Array.isArray(a); [a] = a as unknown[]) depth += 1;
  expect(depth).toBe(9_000);
});

test("no key becomes the prototype of what it stands in", () => {
  const text = `{"__proto__":{"secret":1},"a":["${"x".repeat(20_000)}"]}`;
  const { value } = parsed(text);
  expect(Object.keys(value as object)).toEqual(["__proto__", "a"]);
  expect((value as { secret?: unknown }).secret).toBeUndefined();
});

const long = "x".repeat(20_000);

test.each([
  `["${long}"`,
  `["${long}",]`,
  `["${long}"]]`,
  `["${long}"}`,
  `["${long}" "a"]`,
  `["${long}`,
  `["${long}\\"]`,
  `{"a":"${long}"`,
  `{"a":"${long}",}`,
  `{"a" "${long}"}`,
  `{a:"${long}"}`,
  `{"a":"${long}","b":truth}`,
  `{"a":"${long}","b":}`,
  `{"a":"${long}","b":[1 2]}`,
  `${long}`,
])("broken JSON is an error, wherever it breaks (%#)", (text) => {
  expect(() => parsed(text)).toThrow();
});
