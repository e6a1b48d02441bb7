import { expect, test } from "vitest";

import { capped } from "../src/output/more.ts";
import { columns } from "../src/output/render.ts";
import { width } from "../src/output/width.ts";
import { wrapped } from "../src/output/wrap.ts";

test.each([
  ["plain", 5],
  ["bücher", 6],
  ["日本語", 6],
  ["한글", 4],
  ["e\u0301", 1],
  ["a\u200db", 2],
  ["\u001b[31mred\u001b[39m", 3],
  ["😀", 2],
])("%j takes %i places", (text, places) => {
  expect(width(text)).toBe(places);
});

test("sentences are broken at spaces, further lines begin as the first, and nothing is lost", () => {
  expect(wrapped("one two three", 8)).toBe("one two\nthree");
  expect(wrapped("  one two three", 9)).toBe("  one two\n  three");
  expect(wrapped("one two\nthree four", 8)).toBe("one two\nthree\nfour");
  expect(wrapped("日本 日本", 5)).toBe("日本\n日本");
  expect(wrapped("averylongword and", 5)).toBe("averylongword\nand");
  expect(wrapped("one two three", undefined)).toBe("one two three");
});

test("a command in a sentence is not broken", () => {
  expect(wrapped("ask them: kubectl domain share a.org --with b", 20)).toBe(
    "ask them:\nkubectl domain share a.org --with b",
  );
  expect(wrapped("is held (kubectl domain whois a.org) by them", 20)).toBe(
    "is held\n(kubectl domain whois a.org)\nby them",
  );
});

test("the last column is folded below itself where the line is longer than the terminal", () => {
  const rows = [
    ["Why:", "the first sentence of all these goes on and on"],
    ["More:", "short"],
  ];
  expect(columns(rows, "", 35)).toBe("Why:   the first sentence of all\n       these goes on and on\nMore:  short");
  // where there is no room for a column, the terminal breaks the line
  expect(columns(rows, "", 20).split("\n")).toHaveLength(2);
});

test("long lists are cut and the rest is counted", () => {
  const list = Array.from({ length: 1800 }, (_, at) => at);
  expect(capped(list, 20)).toEqual({ shown: list.slice(0, 20), more: "... and 1,780 more" });
  expect(capped(list, 1800).more).toBeUndefined();
  expect(capped(list, 0)).toEqual({ shown: list, more: undefined });
  expect(capped([1, 2], 1).more).toBe("... and 1 more");
});
