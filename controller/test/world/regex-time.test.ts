import { expect, test } from "vitest";
import { mostRegexTime, regexTime } from "../../src/world/regex-time.ts";
import { regexWeight } from "../../src/world/regex-weight.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const time = (expression: string): number => regexTime(expression, regexWeight(expression));

test.each([
  ["/v[0-9]", 0],
  ["/api/v[0-9]+/users/[^/]+/posts", 4],
  ["/[^/]+/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", 4],
  ["/(?<lang>[a-z]{2})/(?<rest>.*)", 4],
  ["/(?:[a-z0-9-]+/)*x", 4],
  ["/.*\\.(?:png|jpe?g|gif|svg|css|js)$", 4],
  ["/.*\\.(?:css|js|mjs|svg|gif|ico|jpg|png|webp|wasm|tflite|map|ogg|flac)$", 10],
  ["/.*(?:ab|ba|c){4}d", 16],
  ["/(foo|bar)/.*", 4],
  ["/[^\\]]*][ab]{18}", 4],
  ["/(?:[ab]{2}|a[ab]{2}){9}", 0],
  ["/foo|/bar", 4],
  ["/(?:foo|a[ab]{18}c)", 0],
  ["/.*a{100}b", 5],
  ["/.*a{400}b", 65],
  ["/\\w+\\b\\w+b", 19],
  ["/\\bfoo", 0],
  ["/(a{1000})", 0],
  ["/(((", 0],
])("%j counts as %d paths by its time", (expression, units) => {
  expect(time(expression)).toBe(units);
});

test.each([
  ["18 letters have to be remembered", "/[ab]*a[ab]{18}c"],
  ["they are alternatives", "/[ab]*a(?:a|b){18}c"],
  ["they are of any class", "/.*a.{18}"],
  ["they are words of Unicode", "/\\w*a\\w{9}b\\w{9}"],
  ["they are POSIX's, which JavaScript does not know", "/[[:alpha:]]*a[[:alpha:]]{18}c"],
  ["they stand in a class with a bracket of its own", "/[]a]*b[ab]{18}"],
  ["case does not count", "/[ab]*(?i)A[ab]{18}"],
  ["something endless is repeated", "/(?:.*a){9}"],
  ["something endless goes round them", "/(?:a|[ab]{18}c)*x"],
  ["they stand in a group", "/(?:[ab]*a[ab]{18}c|x)y"],
  ["they are one of several alternatives", "/x|[ab]*a[ab]{18}c"],
  ["a letter that may be absent stands before them", "/[ab]*c?[ab]{18}"],
  ["loops of several lengths go on together", "/(?:(?:a{2})*|(?:a{3})*|(?:a{5})*|(?:a{7})*|(?:a{11})*|(?:a{13})*)c"],
  ["hundreds of letters may be left out", "/(?:a?){1000}b"],
  ["a class has no end", "/[ab]*a[ab]{18}[c"],
  ["a letter is written by its number", "/[ab]*\\x61[ab]{18}"],
  ["it is so with more digits", "/[ab]*\\u0061[ab]{18}"],
  ["what stands before them is there no time", "/[ab]*c{0}a[ab]{18}"],
  ["their class looks like POSIX's", "/[:ab:]*a[:ab:]{18}"],
  ["they stand in an alternative that Kong does not anchor", "/x|a[ab]{18}c"],
  ["they end, and may end at many places", "/(?:[ab]{10}|a[ab]{10}){150}"],
  ["a word begins before them", "/[/a]*\\<a[/a]{18}c"],
  ["a word ends before them", "/[/a]*\\>/[/a]{18}c"],
  ["a class leaves out the letter that stands before them, but in the other case", "/[^a]*A[AB]{18}c"],
  ["hundreds of letters stand beside a boundary of Unicode's words", "/\\b.*a{400}b"],
  ["it may be any of very many equal letters that is next", "/.*a{1900}b"],
  ["hundreds of letters are captured", "/.*(a{400})"],
  ["there are many groups of letters to be captured", `/.*(?:${"(a)".repeat(20)}){8}`],
  ["it may be so, and some have to be remembered as well", "/[ab]*a[ab]{4}a{1000}b"],
])("X1: a request may be matched for too long where %s", (_, expression) => {
  expect(time(expression)).toBeGreaterThan(mostRegexTime);
});

test("twice as many things to remember cost Kong up to twice as many states", () => {
  const costs = [6, 8, 9, 10].map((letters) => time(`/[ab]*a[ab]{${String(letters)}}c`));
  expect(costs).toEqual([8, 32, 64, 128]);
});

test("X2: an expression is read in no time, whatever stands in it", { tags: "long" }, () => {
  const letters = Array.from({ length: 90 }, (_, i) => `\\${String.fromCharCode(33 + (i % 15))}`).join("");
  const others = Array.from({ length: 300 }, (_, i) => String.fromCodePoint(0x4e00 + i));
  for (const expression of [
    `/${"(".repeat(120)}a${")*".repeat(60)}`,
    `/(?:${letters})*${"a".repeat(70)}`,
    `/${"[".repeat(250)}`,
    `/${"[a]".repeat(80)}*${"b".repeat(10)}`,
    `/${"a*".repeat(125)}`,
    `/${"[".repeat(1_000)}${"]".repeat(999)}`,
    `/(?:${others.join("")}|a)*${"a".repeat(1_000)}`,
    `/(?:${others.map((letter) => `[${letter}a]`).join("")})*x${"b".repeat(700)}`,
    `/${"(?:".repeat(250)}${others.join("")}${")".repeat(250)}`,
  ]) {
    const took = cpuMilliseconds(() => {
      for (let i = 0; i < 100; i += 1) time(expression);
    });
    expect(took / 100, expression).toBeLessThan(5);
  }
});
