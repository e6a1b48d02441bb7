import { expect, test } from "vitest";

import { pathRegex } from "../src/route-regex.ts";
import { rustRegex, RustRegexError } from "../src/rust-regex.ts";

test.each([
  ["(?i)ü\\w+", "/ÜÜber/x", "ÜÜber"],
  ["[[:digit:]--5]+", "/1357", "13"],
  ["(?P<id>[^/]+)$", "/a/b", "b"],
  ["\\p{Greek}+", "/aβγ", "βγ"],
])("the syntax is that of Rust: %s", (pattern, text, found) => {
  expect(rustRegex(pattern).find(text)).toBe(found);
});

test("only the first of a path's alternatives is held to its beginning", () => {
  const { test: matches } = pathRegex("/a|/b");
  expect(["/a", "/x/b", "/x/a"].map(matches)).toEqual([true, true, false]);
});

test("a pattern that the crate refuses is refused in its words", () => {
  expect(() => rustRegex("/a(?=b)")).toThrow(RustRegexError);
  expect(() => rustRegex("/(a)\\1")).toThrow("backreferences are not supported");
});

test("more expressions than are kept compiled match all the same", () => {
  const many = Array.from({ length: 5000 }, (_, i) => rustRegex(`^/p${i}$`));
  expect(many.filter(({ test: matches }, i) => matches(`/p${i}`))).toHaveLength(5000);
  expect(many[0]!.test("/p1")).toBe(false);
});
