import { expect, test } from "vitest";
import type { Host } from "../src/host.ts";
import { defaultReserved, matchesReserved } from "../src/reserved.ts";

const patterns = [...defaultReserved("cluster.local"), "admin.acme.org", "*.gov.example"];

test.each([
  ["cluster.local", "cluster.local"],
  ["svc.cluster.local", "*.cluster.local"],
  ["web.acme.svc.cluster.local", "*.cluster.local"],
  ["*.cluster.local", "*.cluster.local"],
  ["*.svc.cluster.local", "*.cluster.local"],
  ["mycluster.local", undefined],
  ["admin.acme.org", "admin.acme.org"],
  ["www.admin.acme.org", undefined],
  ["gov.example", undefined],
  ["a.gov.example", "*.gov.example"],
  ["acme.org", undefined],
])("%s is reserved by %s", (host, pattern) => {
  expect(matchesReserved(host as Host, patterns)).toBe(pattern);
});
