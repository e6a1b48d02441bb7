import { expect, test } from "vitest";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import type { HostDecision } from "../../src/decide/host-decision.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { HostRecord } from "../../src/world/host-record.ts";
import type { Host } from "@domain-claims/crds/hostname";
import type { Cluster } from "../support/builders.ts";
import { claim, heldBy, namespace, settings, world } from "../support/builders.ts";

const here = "cluster-here";
const acme = claim("acme-org/acme", "acme.org", { delegates: ["coyote-org"] });
const coyote = claim("coyote-org/c", "coyote.acme.org");
const stranger = claim("aaa/acme", "acme.org", { created: "2026-04-04T11:00:00Z" });

/** The record of a host as the cluster from which it was restored had it: of another claim in another namespace. */
function restored(owner: Claim): HostRecord {
  const holder = { uid: `old-${owner.uid}`, namespaceUid: `old-${owner.namespace}` };
  return { ...heldBy(owner, holder), clusterUid: "cluster-there" };
}

/** The mark of this cluster on a record. */
const marked = (record: HostRecord): HostRecord => ({ ...record, clusterUid: here });

const inCluster = (cluster: Cluster): Cluster => ({
  ...cluster,
  namespaces: ["acme-org", "coyote-org", "aaa"].map((name) => namespace(name)).concat(namespace("kube-system", here)),
});

function decided(host: string, cluster: Cluster): HostDecision {
  return decideHost(new Facts(world(inCluster(cluster))), settings, host as Host);
}

function told(about: Claim, cluster: Cluster): { readonly reason: string; readonly message: string } {
  return decideClaim(new Facts(world(inCluster(cluster))), settings, about);
}

test("N6: a restored record holds its host: it is nobody's, neither that of who is named nor of who waited for it", () => {
  const cluster = { claims: [stranger, acme], records: [restored(acme)] };
  expect(decided("acme.org", cluster)).toMatchObject({
    ...{ serving: undefined, frozen: false, step: { kind: "wait", for: "adoption" } },
    guardFor: { kind: "namespace", namespace: "acme-org" },
  });
  for (const waiting of [stranger, acme]) {
    const { reason, message } = told(waiting, cluster);
    expect(reason).toBe("NotAdopted");
    expect(message).toContain("kubectl domain adopt");
  }
});

test("N6: a claim that has the very UID which a restored record names is not its holder either", () => {
  const record = { ...heldBy(acme), clusterUid: "cluster-there" };
  expect(decided("acme.org", { claims: [acme], records: [record] }).serving).toBeUndefined();
  expect(told(acme, { claims: [acme], records: [record] }).reason).toBe("NotAdopted");
});

test("N6: nor has a claim handed over what the other cluster's register says it held; whoever it says took it over has it", () => {
  const giving = { ...acme, transferTo: "coyote-org" };
  expect(told(giving, { claims: [giving], records: [restored(acme)] }).reason).toBe("NotAdopted");
  const taken = claim("coyote-org/acme", "acme.org");
  expect(told(giving, { claims: [giving, taken], records: [restored(taken)] }).reason).toBe("Transferred");
});

test.each([
  ["of this cluster", marked(restored(acme))],
  ["that is older than the mark", { ...restored(acme), clusterUid: undefined }],
])("N6, O2a: the holder of a record %s that nobody knows is asked for, and released when it is gone", (_, record) => {
  expect(decided("acme.org", { claims: [stranger], records: [record] }).step).toMatchObject({ kind: "confirmHolder" });
});

test("N6: a restored primary encloses what lies below it", () => {
  const below = claim("aaa/late", "late.acme.org");
  const shared = claim("coyote-org/s", "acme.org", { sub: "shop", parent: "acme-org" });
  const cluster = { claims: [acme, below, shared], records: [restored(acme)] };
  for (const waiting of [below, shared]) {
    expect(told(waiting, cluster)).toMatchObject({
      reason: "NotAdopted",
      message: expect.stringContaining("acme.org"),
    });
  }
  expect(decided("late.acme.org", cluster).step).toEqual({ kind: "keep" });
});

test("N6: a restored name that is no primary encloses nothing", () => {
  const www = claim("acme-org/www", "acme.org", { sub: "www" });
  const below = claim("coyote-org/x", "x.www.acme.org");
  const cluster = { claims: [www, below], records: [restored(www)] };
  expect(decided("x.www.acme.org", cluster).step).toMatchObject({ kind: "acquire" });
});

test("N6: what was adopted before the name above it stands meanwhile", () => {
  const shared = claim("coyote-org/s", "acme.org", { sub: "shop", parent: "acme-org" });
  const authority = { kind: "delegation", host: "acme.org" as Host, namespace: "acme-org", name: "acme" } as const;
  const records = [
    restored(acme),
    marked(heldBy(coyote, { authority: { ...authority, uid: acme.uid } })),
    marked(heldBy(shared)),
  ];
  const cluster = { claims: [acme, coyote, shared], records };
  for (const held of [coyote, shared]) expect(told(held, cluster).reason).toBe("Held");
  for (const host of ["coyote.acme.org", "shop.acme.org"])
    expect(decided(host, cluster)).toMatchObject({ serving: "coyote-org", step: { kind: "keep" } });
});

test.each([
  ["primary", acme],
  ["shared", claim("acme-org/www", "acme.org", { sub: "www" })],
])("N6: the record of a %s claim that is older than the mark of its cluster gets it, once", (_, owner) => {
  const host = owner.sub === undefined ? "acme.org" : "www.acme.org";
  const others = owner === acme ? [] : [marked(heldBy(acme))];
  const cluster = (record: HostRecord): Cluster => ({ claims: [acme, owner], records: [...others, record] });
  const grants = owner === acme ? [{ namespace: "coyote-org", uid: "uid-coyote-org" }] : [];
  const record = { ...heldBy(owner), grants };
  expect(decided(host, cluster(record)).step).toMatchObject({ kind: "update" });
  expect(decided(host, cluster(marked(record))).step).toEqual({ kind: "keep" });
});

test("N6: a restored redemption lasts until its time is over, though its namespace is not here", () => {
  const { holder, ...record } = heldBy(acme);
  if (holder === undefined) throw new Error("nobody holds it");
  const { since: _since, ...standing } = holder;
  const redemption = { ...standing, namespaceUid: "old", until: "2026-04-04T12:35:42Z" };
  const kept = { ...record, holder: undefined, redemption, clusterUid: "cluster-there" };
  const state = world(inCluster({ claims: [stranger], records: [kept] }));
  const by = { ...settings, redemptionMs: 600_000 };
  const step = () => decideHost(new Facts(state), by, "acme.org" as Host).step;
  expect(step()).toEqual({ kind: "wait", for: "redemption" });
  state.setOver("acme.org" as Host, redemption.until);
  expect(step()).toMatchObject({ kind: "endRedemption", reason: "Over" });
});
