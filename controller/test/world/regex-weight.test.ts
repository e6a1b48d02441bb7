import { expect, test } from "vitest";
import { mostRegexWeight, regexWeight, routesOf } from "../../src/world/regex-weight.ts";

test.each([
  ["/v[0-9]", 1],
  ["/v[0-9]+", 4],
  ["/[a-z0-9-]{36}/[^/]+", 4],
  ["/api/(?<id>\\d+)$", 7],
  ["/v(\\d+)/users/([^/]+)/items/(?<item>[0-9a-f-]{36})$", 28],
  ["/\\w+", 21],
  ["/\\p{Greek}+", 21],
  ["/[\\w-]+/[[:alpha:]]+", 21],
  ["/(((", 1],
])("X1: %j is taken, and counts as %d routes", (expression, routes) => {
  expect(regexWeight(expression)).toBeLessThanOrEqual(mostRegexWeight);
  expect(routesOf({ kind: "regex", path: expression })).toBe(routes);
});

test.each([
  ["a repetition", "/\\w{100}"],
  ["one without a least", "/\\w{0,100}"],
  ["one that is lazy", "/\\w{100}?"],
  ["one of a group", "/(?:\\w\\w){50}"],
  ["one of a named group", "/(?<name>a|\\w){50}"],
  ["one of a repetition", "/((\\w{9}){9}){9}"],
  ["one of letters alone", "/((a{100}){100}){100}"],
  ["one of a class", "/[\\w-]{20}"],
  ["one of a class that begins with a bracket", "/[]\\w]{20}"],
  ["one of what is not in a class", "/[^\\W\\d]{20}"],
  ["one of a class in a class", "/[a[\\w]]{20}"],
  ["one behind a space, where spaces mean nothing", "/(?x)\\w {100}"],
  ["one with spaces in it", "/\\w{ 100 }"],
  ["one of groups of nothing", `/(?:a${"()".repeat(40)}){1000}`],
  ["one of repetitions that are repeated", `/(?:a${"*".repeat(50)}){1000}`],
  ["one of what may be there or not, again and again", `/(?:a${"{0,1}".repeat(30)}){1000}`],
  ["one of alternatives of nothing", `/(?:a${"|".repeat(30)}){1000}`],
  ["one beside many groups", `/${"(a)".repeat(40)}a{2000}`],
  ["many words", `/${"\\w".repeat(120)}`],
  ["many properties", `/${"\\pL".repeat(80)}`],
])("X1: %s that Kong would compile to megabytes is too heavy: %s", (_, expression) => {
  expect(regexWeight(expression)).toBeGreaterThan(mostRegexWeight);
});

// Measured with regex 1.10.4; a route is some ten kilobytes.
test.each([
  ["/\\b\\d\\s{40}", 574],
  ["/\\b\\da{40}", 147],
  ["/\\b\\d[\\x{80}-\\x{10FFFF}]{40}", 596],
  ["/\\b\\d\\S{40}", 1192],
  ["/\\w\\b", 605],
  ["/\\B\\s{10}", 82],
  ["/()k{40}\\d", 147],
  ["/(?<word>\\p{L})", 603],
  ["/(\\d)", 46],
])(
  "X1: %j, which Rust's regex makes a table of one pass for, counts as half as many routes as its %d kB are at least",
  (expression, kilobytes) => {
    expect(routesOf({ kind: "regex", path: expression })).toBeGreaterThanOrEqual(kilobytes / 20);
  },
);

test("a letter that may be in either case weighs more, and so does one of another script", () => {
  expect(regexWeight("/(?i:abc)")).toBeGreaterThan(4 * regexWeight("/(?:abc)") - 10);
  expect(regexWeight("/é{100}")).toBeGreaterThan(2 * regexWeight("/e{100}"));
});
