import { expect, test } from "vitest";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import type { RecordStep } from "../../src/decide/host-decision.ts";
import { eligibility } from "../../src/decide/eligibility.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Authority, HostRecord } from "../../src/world/host-record.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import type { Cluster } from "../support/builders.ts";
import { claim, grant, heldBy, namespace, settings, world } from "../support/builders.ts";

const keeping = { ...settings, redemptionMs: 600_000 };
const until = "2026-04-04T12:35:42Z";
const acme = claim("acme-org/acme", "acme.org");
const late = claim("evil/late", "late.acme.org");

/** The record of the host that the claim held, kept for its namespace. */
function keptFor(owner: Claim): HostRecord {
  const { holder, ...record } = heldBy(owner);
  if (holder === undefined) throw new Error("nobody holds it");
  const { kind, namespace, namespaceUid, name, uid, authority } = holder;
  return { ...record, holder: undefined, redemption: { kind, namespace, namespaceUid, name, uid, authority, until } };
}

function step(host: string, cluster: Cluster, by = keeping): RecordStep {
  return decideHost(new Facts(world(cluster)), by, host as Host).step;
}

function reason(about: Claim, cluster: Cluster, by = keeping): string {
  return decideClaim(new Facts(world(cluster)), by, about).reason;
}

test.each([
  ["deleted", { deleting: true }, 600_000],
  ["deleted and marked as released", { deleting: true, released: true }, 0],
])("N5: a claim that is %s leaves its host kept for so many milliseconds", (_, how, keptMs) => {
  const ended = claim("acme-org/acme", "acme.org", how);
  expect(step("acme.org", { claims: [ended], records: [heldBy(ended)] })).toMatchObject({ kind: "release", keptMs });
  expect(step("acme.org", { claims: [ended], records: [heldBy(ended)] }, settings)).toMatchObject({ keptMs: 0 });
});

test("N5: the mark of a release counts for nothing on a claim that is not being deleted", () => {
  const marked = claim("acme-org/acme", "acme.org", { released: true });
  expect(step("acme.org", { claims: [marked], records: [heldBy(marked)] })).toEqual({ kind: "keep" });
  expect(reason(late, { claims: [marked, late], records: [heldBy(marked)] })).toBe("ParentClaimed");
});

test("N5: a claim that is being deleted encloses what lies below it, and one that is being released does not", () => {
  const going = claim("acme-org/acme", "acme.org", { deleting: true });
  expect(reason(late, { claims: [going, late], records: [heldBy(going)] })).toBe("ParentClaimed");
  const released = { ...going, released: true };
  expect(reason(late, { claims: [released, late], records: [heldBy(released)] })).toBe("Deciding");
});

test("N5: a host is given only to the namespace for which it is kept, of others' claims however old", () => {
  const old = claim("evil/acme", "acme.org", { created: "2020-01-01T00:00:00Z" });
  const again = { ...acme, uid: "uid-again" };
  expect(step("acme.org", { claims: [old, again], records: [keptFor(acme)] })).toMatchObject({
    ...{ kind: "acquire", claim: again, authority: { kind: "none" } },
  });
  const namespaces = [namespace("acme-org"), namespace("evil")];
  const waiting = { claims: [old], records: [keptFor(acme)], namespaces };
  expect(step("acme.org", waiting)).toEqual({ kind: "wait", for: "redemption" });
  expect(step("acme.org", { ...waiting, namespaces: [namespace("acme-org", "uid-another")] })).toMatchObject({
    ...{ kind: "endRedemption", reason: "NamespaceGone" },
  });
});

test("N5: the namespace for which a name is kept may take names below it, under the claim that it had", () => {
  const own = claim("acme-org/late", "late.acme.org");
  expect(step("late.acme.org", { claims: [own, late], records: [keptFor(acme)] })).toMatchObject({
    ...{ kind: "acquire", claim: own, authority: { kind: "own", host: "acme.org", uid: acme.uid } },
  });
});

test("N5: a shared claim's host encloses nothing, kept or not", () => {
  const shared = claim("acme-org/b", "acme.org", { sub: "b" });
  const below = claim("evil/c", "c.b.acme.org");
  expect(reason(below, { claims: [below], records: [keptFor(shared)] })).toBe("Deciding");
});

test("N5: what lists have come to forbid comes back all the same, as a holder would have kept it", () => {
  const reserved = { ...keeping, reservedNames: ["acme.org"] };
  const cluster = { claims: [acme], records: [keptFor(acme)] };
  expect(step("acme.org", cluster, reserved)).toMatchObject({ kind: "acquire" });
  expect(reason(acme, cluster, reserved)).toBe("Deciding");
});

test("N5: a redemption ends when the clock says so, and for no other one of the host", () => {
  const state = world({
    claims: [late],
    records: [keptFor(acme)],
    namespaces: [namespace("acme-org")],
  });
  const now = (): RecordStep => decideHost(new Facts(state), keeping, "acme.org" as Host).step;
  state.setOver("acme.org" as Host, "2026-04-04T12:00:00Z");
  expect(now()).toEqual({ kind: "wait", for: "redemption" });
  state.setOver("acme.org" as Host, until);
  expect(now()).toMatchObject({ kind: "endRedemption", reason: "Over" });
});

test("N5: below a primary whose claim may be gone nobody gets anything, and who stands there stands", () => {
  const acme = claim("acme-org/acme", "acme.org");
  const before = { name: "acme", uid: "uid-before" };
  const records = [heldBy(acme, {}, [grant("b-org")])];
  const b = claim("b-org/b", "b.acme.org");
  const newcomer = new Facts(world({ claims: [b], records }));
  expect(eligibility(newcomer, settings, b)).toMatchObject({ ok: false, reason: "ParentClaimed" });
  expect(decideHost(newcomer, settings, "b.acme.org" as Host).step).toEqual({ kind: "keep" });

  // Granted by somebody who is above no longer: only what is above now could say by whose authority from now on.
  const stood: Authority = {
    ...{ kind: "delegation", host: "acme.org" as Hostname, namespace: "acme-org" },
    ...before,
  };
  const holder = new Facts(world({ claims: [b], records: [...records, heldBy(b, { authority: stood })] }));
  expect(eligibility(holder, settings, b)).toMatchObject({ ok: true, authority: stood });
});
