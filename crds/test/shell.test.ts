import { expect, test } from "vitest";

import { claimMessages } from "../src/messages/claims.ts";
import { sourceMessages } from "../src/messages/sources.ts";
import type { Host } from "../src/host.ts";
import { shellWord } from "../src/shell.ts";

test.each([
  ["acme.org", "acme.org"],
  ["*.acme.org", "'*.acme.org'"],
  ["*", "'*'"],
  ["a-org,b-org", "a-org,b-org"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
])("the word %s is typed as %s", (word, typed) => {
  expect(shellWord(word)).toBe(typed);
});

test("a command in a sentence about a wildcard can be copied into any shell", () => {
  const host = "*.acme.org" as Host;
  const holder = { kind: "shared", namespace: "acme-org", name: "any" } as const;
  expect(claimMessages.alreadyClaimed(host, holder)).toContain("(kubectl domain whois '*.acme.org')");
  expect(sourceMessages.notClaimed(host, "x")).toContain("kubectl domain claim '*.acme.org' -n x");
});
