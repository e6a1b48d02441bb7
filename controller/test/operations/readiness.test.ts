import { expect, test } from "vitest";
import type { UntakenWrites } from "../../src/apply/kong/last-writes.ts";
import { issuerState } from "../../src/operations/issuer-state.ts";
import type { CheckSources } from "../../src/operations/readiness.ts";
import type { WatchHealth } from "../../src/watch/watches.ts";
import type { Issuer } from "../../src/world/issuer.ts";
import { checksOf } from "../support/checks.ts";

const fresh: WatchHealth = {
  ...{ kind: "Domain", installed: true, synced: true, stale: false },
  ...{ lastActivityMs: 3_000, lastCurrentMs: 3_000, problem: undefined },
};
const watches = (health: Partial<WatchHealth> = {}) => ({ health: () => [{ ...fresh, ...health }] });
const term = (kongKnown: boolean, behindMs = 0, lookedAgoMs?: number, untaken?: UntakenWrites) => ({
  health: () => ({
    queues: {},
    routes: 0,
    certificates: 0,
    certificatesNotShown: 0,
    firstExpiryMs: undefined,
    kongKnown,
    lookedAgoMs,
    untaken,
    proof: { how: "by asking http://kong", behindMs },
  }),
});

/** The names of the checks that fail, and what every check says. */
function ready(given: Partial<CheckSources> = {}) {
  const all = checksOf({ watches: watches(), ...given });
  return {
    fails: all.filter(({ ok }) => !ok).map(({ name }) => name),
    says: Object.fromEntries(all.map(({ name, detail }) => [name, detail])),
  };
}

test("a process is ready when its watches are fresh and Kong answers, whether it leads or not", () => {
  expect(ready()).toEqual({
    fails: [],
    says: { "watch/Domain": "last heard of 3 s ago", kong: "answers", leader: "does not lead" },
  });
  expect(ready({ term: term(true) })).toMatchObject({ fails: [], says: { leader: "leads" } });
});

test("a process that has the Lease and can't begin to decide says so, and is not ready when that takes long", () => {
  const says = (seconds: number): string =>
    `has had the Lease for ${String(seconds)} s, and decides nothing before the register is listed anew and the last writes of its own term before have ended`;
  expect(ready({ waitsMs: 2_000 })).toMatchObject({ fails: [], says: { leader: says(2) } });
  expect(ready({ waitsMs: 31_000 })).toMatchObject({ fails: ["leader"], says: { leader: says(31) } });
});

test("a watch that has not listed, or that is silent, keeps the process from being ready", () => {
  expect(ready({ watches: watches({ synced: false }) })).toMatchObject({
    ...{ fails: ["watch/Domain"], says: { "watch/Domain": "not listed yet" } },
  });
  expect(ready({ watches: watches({ stale: true }) }).fails).toEqual(["watch/Domain"]);
});

test("so does a Kong that is away, and one whose entities the leader has not listed", () => {
  const away = { problem: "nothing listens at its address" };
  expect(ready({ availability: away, term: term(true) })).toMatchObject({
    ...{ fails: ["kong"], says: { kong: "nothing listens at its address" } },
  });
  expect(ready({ term: term(false) })).toMatchObject({
    ...{ fails: ["kong"], says: { kong: "its entities are being listed" } },
  });
});

test("a Kong that answers and takes no writes is warned of after a while, and why it says so", () => {
  const kong = (forMs: number): unknown =>
    checksOf({
      term: term(true, 0, 5_000, { writes: 12, forMs, why: "it failed (500): An unexpected error occurred" }),
    }).find(({ name }) => name === "kong");
  expect(kong(10_000)).toEqual({
    ...{ name: "kong", ok: true, detail: "answers; all that is ours in it was looked at 5 s ago" },
  });
  expect(kong(95_000)).toEqual({
    ...{ name: "kong", ok: true, warns: true },
    detail: "answers, and has taken none of 12 writes for 95 s: it failed (500): An unexpected error occurred",
  });
});

test("a Service without an address to publish is shown, and is no reason to take the process out of service", () => {
  const all = checksOf({ service: { problem: () => "there is no Service kong/proxy" } });
  expect(all.at(-1)).toEqual({
    ...{ name: "publish-service", ok: true, warns: true, detail: "there is no Service kong/proxy" },
  });
});

test("how it is found out what the gateway has in effect is said, and a gateway that is behind is warned of", () => {
  expect(ready({ term: term(true) }).says["proof"]).toBe("by asking http://kong");
  const all = checksOf({ term: term(true, 40_000) });
  expect(all.find(({ name }) => name === "proof")).toEqual({
    ...{ name: "proof", ok: true, warns: true },
    detail: "by asking http://kong; the gateway has not shown what was written 40 s ago",
  });
});

test("that somebody else approves certificates is shown, and is no reason to take the process out of service", () => {
  const problem = "acme-org/web-1 was approved by somebody else";
  expect(checksOf({ approvers: { problem: () => problem } }).at(-1)).toEqual({
    ...{ name: "approvals", ok: true, warns: true, detail: problem },
  });
  expect(checksOf({ approvers: { problem: () => undefined } }).at(-1)).toMatchObject({
    warns: false,
  });
});

test("for how long Kong uses an address is said, and no reason to take the process out of service where that is long", () => {
  const dns = (long: boolean) => checksOf({ dns: { state: () => ({ long, detail: "so long" }) } });
  expect(dns(false)).toContainEqual({ name: "dns", ok: true, warns: false, detail: "so long" });
  expect(dns(true)).toContainEqual({ name: "dns", ok: true, warns: true, detail: "so long" });
});

test("of a leader is said when it looked at all that is ours in Kong", () => {
  expect(ready({ term: term(true, 0, 12_300) }).says["kong"]).toBe(
    "answers; all that is ours in it was looked at 12 s ago",
  );
});

test("an issuer that is missing or can't sign is warned of, and no reason to take the process out of service", () => {
  const letsencrypt = { kind: "ClusterIssuer", name: "letsencrypt" } as const;
  const told = (found: Partial<Issuer> | undefined) => {
    const issuer = { ...letsencrypt, namespace: "", problem: undefined, solvers: [], ...found };
    const state = issuerState(letsencrypt, { issuer: () => (found === undefined ? undefined : issuer) });
    return checksOf({ issuer: state }).at(-1);
  };
  const well = { name: "issuer", ok: true, warns: false };
  expect(told({})).toEqual({ ...well, detail: "ClusterIssuer letsencrypt can sign" });
  expect(told(undefined)).toEqual({ ...well, warns: true, detail: "there is no ClusterIssuer letsencrypt" });
  expect(told({ problem: "no account" })).toEqual({
    ...{ ...well, warns: true },
    detail: "ClusterIssuer letsencrypt can't sign: no account",
  });
  expect(issuerState({ kind: "Issuer", name: "own" }, { issuer: () => undefined })).toBeUndefined();
});
