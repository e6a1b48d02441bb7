import { expect, test } from "vitest";
import { ancestors, hostOfRecord, isWildcard, labelCount, parentOf, recordName, wildcardFor } from "../src/host.ts";
import type { Hostname } from "../src/host.ts";

const host = (text: string): Hostname => text as Hostname;

test.each([
  ["acme.org", undefined, [], 2, "acme.org", undefined],
  ["www.acme.org", "acme.org", ["acme.org"], 3, "www.acme.org", "*.acme.org"],
  ["*.acme.org", "acme.org", ["acme.org"], 2, "wc--any.acme.org", undefined],
  ["a.b.c.acme.org", "b.c.acme.org", ["b.c.acme.org", "c.acme.org", "acme.org"], 5, "a.b.c.acme.org", "*.b.c.acme.org"],
  ["*.b.acme.org", "b.acme.org", ["b.acme.org", "acme.org"], 3, "wc--any.b.acme.org", undefined],
])(
  "%s: parent %s, ancestors %j, %d labels, record %s, covered by %s",
  (text, parent, above, labels, record, wildcard) => {
    expect(parentOf(host(text))).toBe(parent);
    expect(ancestors(host(text))).toEqual(above);
    expect(labelCount(host(text))).toBe(labels);
    expect(recordName(host(text))).toBe(record);
    expect(hostOfRecord(record)).toBe(text);
    expect(isWildcard(host(text))).toBe(record !== text);
    expect(wildcardFor(host(text))).toBe(wildcard);
  },
);

test("a name that is too long to stand behind a wildcard is covered by none", () => {
  expect(wildcardFor(host(`a.${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.org`))).toBe(
    undefined,
  );
});
