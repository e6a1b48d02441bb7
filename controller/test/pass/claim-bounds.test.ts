import { expect, test } from "vitest";
import type { Claim } from "../../src/world/claim.ts";
import { claim, fresh, namespace } from "../support/builders.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import { run } from "../support/controller.ts";

/** A claim of mallory's, made in that second. */
const mallorys = (name: string, host: string, second: number): Claim =>
  claim(`mallory-org/${name}`, host, { ...fresh, created: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z` });

function namespaces(cluster: FakeCluster): void {
  for (const name of ["mallory-org", "acme-org"]) cluster.put("Namespace", namespace(name));
}

const reasons = (cluster: FakeCluster): readonly string[] =>
  cluster
    .all("Domain")
    .filter(({ namespace }) => namespace === "mallory-org")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, status }) => `${name} ${status?.reason ?? "-"}`);

test("X1: of more claims than a namespace may have the oldest count, the others are told and come in when there is room", async () => {
  const { cluster, events, settled, stop } = run({ claimLimits: { claimsPerNamespace: 2 } });
  namespaces(cluster);
  for (const [name, second] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["d", 4],
  ] as const)
    cluster.put("Domain", mallorys(name, `${name}.example`, second));
  cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
  await settled();
  expect(reasons(cluster)).toEqual(["a Held", "b Held", "c TooManyClaims", "d TooManyClaims"]);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.reason).toBe("Held");
  expect(cluster.get("Domain", "mallory-org/c")?.status?.message).toContain("more than 2 claims");
  expect(events.some(({ regarding, reason }) => regarding.name === "c" && reason === "TooManyClaims")).toBe(true);
  expect(cluster.get("HostRecord", "c.example")).toBeUndefined();

  cluster.remove("Domain", "mallory-org", "a");
  await settled();
  expect(reasons(cluster)).toEqual(["b Held", "c Held", "d TooManyClaims"]);
  await stop();
});

test("X1: a holder keeps its host, whatever older claims come, and also when the bound becomes smaller", async () => {
  const first = run();
  const { cluster } = first;
  namespaces(cluster);
  for (const second of [5, 6, 7])
    cluster.put("Domain", mallorys(`x${String(second)}`, `x${String(second)}.example`, second));
  await first.settled();
  await first.stop();
  const { settled, stop, writes } = run({ cluster, claimLimits: { claimsPerNamespace: 1 } });
  await settled();
  expect(writes()).toEqual([]);
  cluster.put("Domain", mallorys("older", "older.example", 1));
  cluster.put("Domain", mallorys("younger", "younger.example", 9));
  await settled();
  expect(reasons(cluster)).toEqual(["older Held", "x5 Held", "x6 Held", "x7 Held", "younger TooManyClaims"]);
  await stop();
});

test("X1: of more claims that wait for what others hold than a namespace may have, the oldest stand in line", async () => {
  const { cluster, settled, stop } = run({ claimLimits: { waitingClaimsPerNamespace: 2 } });
  namespaces(cluster);
  for (const host of ["one.example", "two.example"]) cluster.put("Domain", claim(`acme-org/${host}`, host, fresh));
  await settled();
  for (const second of [1, 2, 3, 4])
    cluster.put("Domain", mallorys(`w${String(second)}`, second === 1 ? "one.example" : "two.example", second));
  cluster.put("Domain", mallorys("own", "own.example", 9));
  await settled();
  const waiting = ["w1 AlreadyClaimed", "w2 AlreadyClaimed", "w3 TooManyClaims", "w4 TooManyClaims"];
  expect(reasons(cluster)).toEqual(["own Held", ...waiting]);

  cluster.remove("Domain", "acme-org", "one.example");
  await settled();
  expect(reasons(cluster).slice(1)).toEqual(["w1 Held", "w2 AlreadyClaimed", "w3 AlreadyClaimed", "w4 TooManyClaims"]);
  cluster.remove("Domain", "acme-org", "two.example");
  await settled();
  expect(reasons(cluster).slice(1)).toEqual(["w1 Held", "w2 Held", "w3 AlreadyClaimed", "w4 AlreadyClaimed"]);
  await stop();
});
