/** @module-tag long */
import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import type { GroupInput } from "../../../src/decide/certificates/draft.ts";
import { letsEncryptLimits as limits } from "../../../src/decide/certificates/limits.ts";
import { noGroup } from "../../../src/world/certificate-group.ts";
import { orderMs, selfCheckMs } from "./challenge-queue.ts";
import type { Validation } from "./challenge-queue.ts";
import { groupDecision, noOthers } from "./group-decision.ts";
import { issuers } from "./issuers.ts";
import { Simulation } from "./simulation.ts";

// What one namespace's names take of cert-manager's queue, in which everybody else's wait.

const minute = 60_000;
const hour = 60 * minute;

const acme = "acme.org" as Host;

function names(count: number, domain: string): readonly Host[] {
  return Array.from({ length: count }, (_, index) => `n${String(index)}.${domain}` as Host);
}

/** Has namespace a ask for names of which none can be validated. */
function lost(simulation: Simulation, hosts: readonly Host[], validation: Validation): void {
  for (const host of hosts) simulation.validates(host, validation);
  simulation.want("a", ...hosts);
}

/** How long a name of another namespace waits that comes now; Infinity: for more than ten minutes. */
function waitOf(simulation: Simulation, namespace: string): number {
  const host = `${namespace}.acme.org` as Host;
  const start = simulation.now;
  simulation.want(namespace, host);
  simulation.run(10 * minute);
  return (simulation.coveredAt.get(`${namespace} ${host}`) ?? Infinity) - start;
}

const soon = limits.firstIdleMs + orderMs(1) + orderMs(20);

test("T3: names below a domain that has a certificate, in a zone in which nobody may write, leave half of the places to others", () => {
  const simulation = new Simulation({ limits, issuer: issuers.anyZone });
  simulation.want("a", acme, "www.acme.org" as Host);
  simulation.run(hour);
  lost(simulation, names(300, "lost.acme.org"), "unwritable");
  simulation.run(20 * minute);
  expect(simulation.queue.held).toBeLessThanOrEqual(limits.failures.capacity + 2);
  expect(waitOf(simulation, "b")).toBeLessThanOrEqual(soon);
  expect(simulation.wrongs).toEqual([]);
});

test("T3: so do those below a zone that the issuer names: they may be in another one", () => {
  const simulation = new Simulation({ limits, issuer: issuers.ownZone });
  lost(simulation, names(300, "lost.acme.org"), "unwritable");
  simulation.run(20 * minute);
  expect(simulation.queue.held).toBeLessThanOrEqual(limits.failures.capacity + 2);
  expect(waitOf(simulation, "b")).toBeLessThanOrEqual(soon);
});

test("T3: names that nobody sees over HTTP hold up others for a minute once, and then few at a time", () => {
  const simulation = new Simulation({ limits, issuer: issuers.http });
  lost(simulation, names(300, "acme.org"), "stuck");
  simulation.run(10_000);
  expect(waitOf(simulation, "b")).toBeLessThanOrEqual(limits.stuckMs + soon);
  for (const namespace of ["c", "d", "e"]) expect(waitOf(simulation, namespace)).toBeLessThanOrEqual(soon);
  expect(simulation.wrongs).toEqual([]);
});

test("T3: so do those of many namespaces at once: beside others that have just begun each begins with few", () => {
  const ample = { ...limits, domain: { capacity: 1_000, refillMs: 1_000 } };
  const simulation = new Simulation({ limits: ample, issuer: issuers.http });
  for (let i = 0; i < 10; i++) {
    const hosts = names(100, `team-${String(i)}.acme.org`);
    for (const host of hosts) simulation.validates(host, "stuck");
    simulation.want(`team-${String(i)}`, ...hosts);
  }
  simulation.run(10_000);
  // Of 400 names under way, one namespace's hundred and others' twenties, sixty are tried at once, each batch for a self-check.
  expect(waitOf(simulation, "b")).toBeLessThanOrEqual(limits.stuckMs + 6 * selfCheckMs + soon);
  expect(simulation.wrongs).toEqual([]);
});

test("T3: a name beside one that has been validated, or right below it, is ordered with however many others", () => {
  const simulation = new Simulation({ limits, issuer: issuers.anyZone });
  simulation.want("a", acme, "*.shop.acme.org" as Host);
  simulation.run(hour);
  simulation.want("a", ...names(30, "acme.org"), ...names(30, "sub.shop.acme.org"));
  simulation.run(limits.idleMs);
  const ordered = simulation.member("a").group.certificates.flatMap(({ names: all }) => all);
  expect(ordered.filter((host) => host.endsWith(".sub.shop.acme.org"))).toHaveLength(limits.untriedNames);
  expect(ordered.filter((host) => /^n\d+\.acme\.org$/.test(host))).toHaveLength(30);
});

/** How many of 100 names are ordered first by a namespace of which so many orders have failed lately. */
function orderedAfter(failed: number, ways: Pick<GroupInput, "issuer" | "limits">): number | undefined {
  const now = 1_700_000_000_000;
  const wanted = names(100, "acme.org").map((host) => ({ host, since: 0, isServed: true }));
  const marks = { ...noOthers.marks, failures: now + failed * limits.failures.refillMs };
  const input = { group: noGroup, shown: new Map(), wanted, lost: new Set<Host>(), now };
  return groupDecision({ ...input, ...ways, others: { ...noOthers, marks } }).orders[0]?.names.length;
}

test("T3: a namespace of which an order has failed begins with few names, until that is forgotten", () => {
  const ways = { issuer: issuers.http, limits };
  expect([orderedAfter(0, ways), orderedAfter(1, ways)]).toEqual([100, limits.untriedNames]);
});

test("T3: where an administrator lets a hundred names be ordered untried, one whose order has failed has as many as may fail", () => {
  const ways = { issuer: issuers.anyZone, limits: { ...limits, untriedNames: 100 } };
  const { capacity } = limits.failures;
  expect([orderedAfter(0, ways), orderedAfter(1, ways), orderedAfter(capacity - 1, ways)]).toEqual([
    100,
    capacity - 1,
    1,
  ]);
});

test("T3: of names that can't be written as many as an administrator lets be ordered untried keep a place, and later ones none", () => {
  const simulation = new Simulation({ limits: { ...limits, untriedNames: 40 }, issuer: issuers.anyZone });
  lost(simulation, names(300, "lost.acme.org"), "unwritable");
  simulation.run(20 * minute);
  expect(simulation.queue.held).toBeLessThanOrEqual(40 + 2);
  expect(simulation.wrongs).toEqual([]);
});
