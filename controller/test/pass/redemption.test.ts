import { expect, test } from "vitest";
import type { Claim } from "../../src/world/claim.ts";
import { claim, fresh, heldBy, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";

const tenMinutes = 600_000;
const redemption = { settings: { redemptionMs: tenMinutes } };
const acme = claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["marvin-org", "coyote-org"] });
const marvin = claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" });
const coyote = claim("coyote-org/c", "coyote.acme.org", fresh);
const late = claim("evil/late", "late.acme.org", fresh);

/** A cluster in which acme-org holds acme.org, shares it, and a stranger waits for it and for a name below. */
async function started(more: Partial<Parameters<typeof run>[0]> = {}): Promise<Running> {
  const running = run({ ...redemption, ...more });
  const { cluster, settled } = running;
  for (const name of ["acme-org", "marvin-org", "coyote-org", "evil"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", acme);
  await settled();
  for (const made of [marvin, coyote, late, claim("evil/acme", "acme.org", fresh)]) cluster.put("Domain", made);
  await settled();
  return running;
}

const told = (cluster: FakeCluster, { namespace: ns, name }: Claim) => cluster.get("Domain", `${ns}/${name}`)?.status;
const again = (life: number): Claim => ({ ...acme, uid: `uid-again-${String(life)}` });

/** As `kubectl domain release` does it. */
function release(cluster: FakeCluster, { namespace: ns, name }: Claim): void {
  const made = cluster.get("Domain", `${ns}/${name}`);
  if (made !== undefined) cluster.put("Domain", { ...made, released: true });
  cluster.remove("Domain", ns, name);
}

test("N5: a host whose claim is only deleted is kept for its namespace; others are told until when, and have it then", async () => {
  const { cluster, clock, kong, settled, stop } = await started();
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(kong.routes()).toHaveLength(1);
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  const until = new Date(clock.now() + tenMinutes).toISOString().replace(".000", "");
  expect(cluster.get("HostRecord", "acme.org")).toMatchObject({
    ...{ holder: undefined, history: [{ namespace: "acme-org", reason: "Deleted" }] },
    redemption: { kind: "primary", namespace: "acme-org", uid: acme.uid, until, authority: { kind: "none" } },
  });
  for (const waiting of [late, claim("evil/acme", "acme.org")]) {
    expect(told(cluster, waiting)).toMatchObject({ phase: "Failed", reason: "InRedemption" });
    expect(told(cluster, waiting)?.message).toMatch(new RegExp(`namespace acme-org.* until ${until}`));
  }
  await clock.pass(tenMinutes - 1000);
  expect(told(cluster, late)).toMatchObject({ reason: "InRedemption" });
  await clock.pass(1000);
  await settled();
  expect(told(cluster, late)).toMatchObject({ phase: "OK" });
  expect(cluster.get("HostRecord", "acme.org")).toMatchObject({ holder: { namespace: "evil" }, redemption: undefined });
  await stop();
});

test("N5: a host that is released on purpose is free at once", async () => {
  const { cluster, settled, stop } = await started();
  release(cluster, acme);
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("evil");
  await stop();
});

test("N5: a claim that is made again has everything back, and nobody below has become a carve-out meanwhile", async () => {
  const { cluster, settled, stop } = await started();
  const [shared, nested] = [marvin, coyote].map((made) => told(cluster, made));
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(told(cluster, marvin)).toMatchObject({ phase: "Failed", reason: "DomainNotFound" });
  expect(told(cluster, coyote)).toEqual(nested);
  // Grants stay bound to the namespaces that they meant (rule O7).
  cluster.put("Namespace", namespace("coyote-org", "uid-somebody-else"));
  cluster.put("Domain", again(1));
  await settled();
  expect(cluster.get("HostRecord", "acme.org")).toMatchObject({
    ...{ holder: { uid: "uid-again-1", authority: { kind: "none" } }, redemption: undefined },
    grants: [
      { namespace: "coyote-org", uid: "uid-coyote-org" },
      { namespace: "marvin-org", uid: "uid-marvin-org" },
    ],
  });
  expect(told(cluster, marvin)).toMatchObject({ phase: "OK", message: shared?.message });
  expect(told(cluster, late)).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  expect(told(cluster, coyote)).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  await stop();
});

test("N5: a primary that was granted by delegation goes on under the claim that is made again", async () => {
  const { cluster, settled, stop } = await started();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  cluster.put("Domain", again(1));
  await settled();
  expect(cluster.get("HostRecord", "coyote.acme.org")?.holder).toMatchObject({
    ...{ uid: coyote.uid, authority: { kind: "delegation", uid: "uid-again-1" } },
  });
  await stop();
});

test("N5: a carve-out that is made again is one still, whoever holds what is above it by now", async () => {
  const { cluster, settled, stop } = run(redemption);
  for (const name of ["acme-org", "coyote-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", coyote);
  await settled();
  cluster.remove("Domain", "coyote-org", "c");
  await settled();
  cluster.put("Domain", { ...acme, delegates: [] });
  await settled();
  cluster.put("Domain", { ...coyote, uid: "uid-coyote-again" });
  await settled();
  expect(cluster.get("HostRecord", "coyote.acme.org")?.holder).toMatchObject({
    ...{ uid: "uid-coyote-again", authority: { kind: "none" } },
  });
  await stop();
});

test("N5: what a lost primary takes with it is kept, too, and what its owner takes back is free at once", async () => {
  const { cluster, settled, stop } = await started();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(cluster.get("HostRecord", "marvin.acme.org")?.redemption).toMatchObject({ namespace: "marvin-org" });
  const own = claim("acme-org/marvin", "acme.org", { ...fresh, sub: "marvin" });
  cluster.put("Domain", own);
  await settled();
  expect(told(cluster, own)).toMatchObject({ reason: "InRedemption" });
  cluster.put("Domain", { ...again(1), delegates: [] });
  await settled();
  expect(cluster.get("HostRecord", "marvin.acme.org")?.holder?.uid).toBe(own.uid);
  await stop();
});

test("N5: a revoked share is free at once", async () => {
  const { cluster, settled, stop } = await started();
  const own = claim("acme-org/marvin", "acme.org", { ...fresh, sub: "marvin" });
  cluster.put("Domain", own);
  const made = cluster.get("Domain", "acme-org/acme") ?? acme;
  cluster.put("Domain", { ...made, delegates: ["coyote-org"], generation: 2 });
  await settled();
  expect(cluster.get("HostRecord", "marvin.acme.org")?.holder?.uid).toBe(own.uid);
  await stop();
});

test("N5: a redemption goes with its namespace, and one made again under its name inherits nothing", async () => {
  const { cluster, settled, stop } = await started();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  cluster.remove("Namespace", "", "acme-org");
  cluster.put("Namespace", namespace("acme-org", "uid-acme-org-2"));
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("evil");
  cluster.put("Domain", again(1));
  await settled();
  expect(told(cluster, acme)).toMatchObject({ phase: "Failed", reason: "AlreadyClaimed" });
  await stop();
});

test("N5: that a namespace is gone is believed only of the API server itself", async () => {
  const { cluster, clock, settled, stop } = run(redemption);
  cluster.hold("Namespace");
  cluster.put("Namespace", namespace("acme-org"));
  const { holder, ...record } = heldBy(acme);
  if (holder === undefined) throw new Error("nobody holds it");
  const { since, renamedTo, renamedFrom, ...last } = holder;
  expect([since, renamedTo, renamedFrom]).toEqual(["2026-04-04T12:00:01Z", undefined, undefined]);
  cluster.put("HostRecord", {
    ...{ ...record, holder: undefined, redemption: { ...last, until: "2026-04-04T12:35:42Z" } },
    history: [{ ...last, from: "2026-04-04T12:00:00Z", to: "2026-04-04T12:25:42Z", reason: "Deleted" }],
  });
  await settled();
  await clock.pass(60_000);
  expect(cluster.get("HostRecord", "acme.org")?.redemption).toBeDefined();
  cluster.release();
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.redemption).toBeDefined();
  await stop();
});

test("N5: a host that was deleted by mistake can still be given up: made again and released, or by a claim that waits for what is above", async () => {
  const { cluster, settled, stop } = await started();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  release(cluster, marvin);
  await settled();
  expect(cluster.get("HostRecord", "marvin.acme.org")?.redemption).toBeUndefined();
  expect(cluster.get("Domain", "marvin-org/m")).toBeUndefined();
  cluster.put("Domain", again(1));
  await settled();
  release(cluster, acme);
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("evil");
  await stop();
});

test("N5: whoever leads next ends a redemption in time, and one for which nothing is kept any more at once", async () => {
  const first = await started();
  const { cluster, kong, clock } = first;
  cluster.remove("Domain", "acme-org", "acme");
  await first.settled();
  await first.stop();
  await clock.pass(tenMinutes / 2);
  const second = run({ ...redemption, cluster, kong, clock });
  await second.settled();
  expect(told(cluster, late)).toMatchObject({ reason: "InRedemption" });
  await clock.pass(tenMinutes / 2);
  expect(told(cluster, late)).toMatchObject({ phase: "OK" });
  cluster.remove("Domain", "evil", "acme");
  await second.settled();
  expect(cluster.get("HostRecord", "acme.org")?.redemption).toMatchObject({ namespace: "evil" });
  await second.stop();
  const third = run({ cluster, kong, clock });
  await third.settled();
  expect(cluster.get("HostRecord", "acme.org")?.redemption).toBeUndefined();
  await third.stop();
});

test("N5: a namespace keeps no more names from others than it may have released records, the oldest end first", async () => {
  const { cluster, clock, settled, stop } = run({
    ...redemption,
    limits: { releasedPerNamespace: 2, retentionMs: 1000 },
  });
  for (const name of ["a", "b"]) cluster.put("Namespace", namespace(name));
  const hosts = ["one.org", "two.org", "three.org"];
  for (const host of hosts) {
    cluster.put("Domain", claim(`a/${host}`, host, fresh));
    await settled();
    cluster.put("Domain", claim(`b/${host}`, host, fresh));
    cluster.remove("Domain", "a", host);
    await settled();
    await clock.pass(2000);
  }
  const reasons = hosts.map((host) => cluster.get("Domain", `b/${host}`)?.status?.reason);
  expect(reasons).toEqual(["Held", "InRedemption", "InRedemption"]);
  await stop();
});
