import { load } from "js-yaml";
import { expect, test } from "vitest";

import { capped } from "../src/output/more.ts";
import { columns, serialized } from "../src/output/render.ts";
import { width } from "../src/output/width.ts";
import { wrapped } from "../src/output/wrap.ts";

test.each([
  ["plain", 5],
  ["bücher", 6],
  ["日本語", 6],
  ["한글", 4],
  ["e\u0301", 1],
  ["a\u200db", 2],
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

test("whatever a cell has, it is one line, and nothing that a terminal obeys or that changes the order of what is seen", () => {
  expect(columns([["a\n\u001b]0;x\u0007b", "\u202ec\u2028\r\td\u009b31m"]])).toBe(
    "a\\n^[]0;xb  \\u{202e}c\\u{2028}\\r d31m",
  );
});

test("JSON has the controls above ASCII as escapes: its data is the same", async () => {
  const data = { path: "/\u009b31m\u007f\u001b" };
  const json = await serialized(data, "json");
  expect(json).toContain("/\\u009b31m\\u007f\\u001b");
  expect(JSON.parse(json)).toEqual(data);
});

test.each(["\ne ", "e \n", "e\n\n", "\u202e\u0085\u2028\ud83d\ude00"])(
  "YAML that ends with %j is the same when it is read",
  async (text) => {
    expect(load(`${await serialized({ a: text }, "yaml")}\n`)).toEqual({ a: text });
  },
);

test("long lists are cut and the rest is counted", () => {
  const list = Array.from({ length: 1800 }, (_, at) => at);
  expect(capped(list, 20)).toEqual({ shown: list.slice(0, 20), more: "... and 1,780 more" });
  expect(capped(list, 1800).more).toBeUndefined();
  expect(capped(list, 0)).toEqual({ shown: list, more: undefined });
  expect(capped([1, 2], 1).more).toBe("... and 1 more");
});
