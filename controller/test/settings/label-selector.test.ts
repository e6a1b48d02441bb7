import { describe, expect, test } from "vitest";
import { labelSelector } from "../../src/settings/label-selector.ts";
import { matchesSelector } from "../../src/world/label-selector.ts";

function matches(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const parsed = labelSelector(selector);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return matchesSelector(parsed.value, labels);
}

test.each<readonly [string, Readonly<Record<string, string>>, boolean]>([
  ["", {}, true],
  ["tier", { tier: "" }, true],
  ["tier", {}, false],
  ["!tier", {}, true],
  ["! tier", { tier: "gold" }, false],
  ["tier=gold", { tier: "gold" }, true],
  ["tier == gold", { tier: "gold" }, true],
  ["tier=gold", { tier: "goldy" }, false],
  ["tier=", { tier: "" }, true],
  ["tier!=gold", {}, true],
  ["tier != gold", { tier: "gold" }, false],
  ["tier in (gold, silver)", { tier: "silver" }, true],
  ["tier in (gold,silver)", {}, false],
  ["tier notin (gold)", {}, true],
  ["tier notin (gold)", { tier: "gold" }, false],
  ["example.com/tier in (a,b),!off , team=x", { "example.com/tier": "b", team: "x" }, true],
  ["example.com/tier in (a,b),!off,team=x", { "example.com/tier": "b", team: "x", off: "" }, false],
  ["constructor", {}, false],
])("%j of %j: %s", (selector, labels, expected) => {
  expect(matches(selector, labels)).toBe(expected);
});

describe("what is no selector is said", () => {
  test.each([
    "tier in gold",
    "tier=a=b",
    ",",
    "tier,",
    "in (a)",
    "-x",
    "tier in (a b)",
    "a/b/c",
    "tier >1",
    "(",
    "a;b",
  ])("%s", (text) => {
    expect(labelSelector(text)).toHaveProperty("problem", expect.stringContaining("no requirement"));
  });
  test("and one that is too long", () => {
    expect(labelSelector(Array.from({ length: 17 }, (_, i) => `a${String(i)}`).join())).toHaveProperty("problem");
  });
});
