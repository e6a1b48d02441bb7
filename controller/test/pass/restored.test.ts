import { expect, test } from "vitest";
import type { Claim } from "../../src/world/claim.ts";
import type { HostRecord } from "../../src/world/host-record.ts";
import { claim, fresh, grant, heldBy, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

const acme = claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["coyote-org"] });
const coyote = claim("coyote-org/c", "coyote.acme.org", fresh);
const stranger = claim("aaa/acme", "acme.org", { ...fresh, created: "2026-04-04T11:00:00Z" });
const authority = { kind: "delegation", host: acme.primary, namespace: "acme-org", name: "acme" } as const;

/** The register as one cluster wrote it, of these claims as it knew them. */
function register(clusterUid: string, rename: (uid: string) => string): readonly HostRecord[] {
  const as = ({ namespace: ns, uid }: Claim) => ({ uid: rename(uid), namespaceUid: rename(`uid-${ns}`) });
  const grants = [{ namespace: "coyote-org", uid: rename("uid-coyote-org") }];
  return [
    heldBy(acme, as(acme), grants),
    heldBy(coyote, { ...as(coyote), authority: { ...authority, host: "acme.org" as never, uid: rename(acme.uid) } }),
  ].map((record) => ({ ...record, clusterUid }));
}

const there = register("cluster-there", (uid) => `old-${uid}`);
const here = register("cluster-here", (uid) => uid);

/** A cluster that was made anew, with the register of the one before, and its claims in alphabetical order. */
function restored(): Running {
  const cluster = new FakeCluster();
  cluster.put("Namespace", namespace("kube-system", "cluster-here"));
  for (const record of there) cluster.put("HostRecord", record);
  for (const made of [stranger, acme, coyote]) {
    cluster.put("Namespace", namespace(made.namespace));
    cluster.put("Service", service(`${made.namespace}/web`));
    cluster.put("Ingress", ingress(`${made.namespace}/web`, ["acme.org", "coyote.acme.org"]));
    cluster.put("Domain", made);
  }
  return run({ cluster });
}

const holders = ({ cluster }: Running) => cluster.all("HostRecord").map(({ host, holder }) => [host, holder?.uid]);
const reasons = ({ cluster }: Running) => cluster.all("Domain").map(({ status }) => status?.reason);

test("N6: after a restore nobody changes hands, and nobody is served, until an administrator has adopted the register", async () => {
  const running = restored();
  const { cluster, clock, kong, settled, stop, writes } = running;
  await settled();
  await clock.pass(3_600_000);
  expect(cluster.all("HostRecord").map(({ holder }) => holder)).toEqual(there.map(({ holder }) => holder));
  expect(reasons(running)).toEqual(["NotAdopted", "NotAdopted", "NotAdopted"]);
  expect(kong.routes()).toEqual([]);

  for (const record of [...here].reverse()) {
    cluster.put("HostRecord", record);
    await settled();
  }
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80", "coyote.acme.org / -> coyote-org.web.80"]);
  expect(reasons(running)).toEqual(["AlreadyClaimed", "Held", "Held"]);
  expect(holders(running)).toEqual(here.map(({ host, holder }) => [host, holder?.uid]));
  writes();
  await clock.pass(60_000);
  expect(writes()).toEqual([]);
  await stop();
});

test("N6: a restored record that an administrator deletes frees its host for whoever is next", async () => {
  const running = restored();
  const { cluster, settled, stop } = running;
  await settled();
  cluster.remove("HostRecord", "", "acme.org");
  await settled();
  expect(cluster.get("HostRecord", "acme.org")).toMatchObject({
    ...{ holder: { namespace: "aaa" }, clusterUid: "cluster-here" },
  });
  expect(cluster.get("Domain", "coyote-org/c")?.status?.reason).toBe("NotAdopted");
  await stop();
});

test("N6, O7: whoever makes the namespace of a holder again, in this cluster or in one that was restored, inherits nothing", async () => {
  const again = { uid: "uid-mallory", created: "2026-04-04T15:00:00Z" };
  const running = restored();
  const { cluster, kong, settled, stop } = running;
  for (const record of here) cluster.put("HostRecord", record);
  await settled();
  expect(kong.routes()).toHaveLength(2);
  for (const { namespace: ns, name } of [acme, coyote]) {
    cluster.remove("Ingress", ns, "web");
    cluster.remove("Domain", ns, name);
    await settled();
    cluster.remove("Namespace", "", ns);
    cluster.put("Namespace", namespace(ns, `uid-new-${ns}`));
  }
  cluster.put("Domain", { ...acme, ...again });
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("aaa");
  expect(cluster.get("Domain", "acme-org/acme")?.status?.reason).toBe("AlreadyClaimed");
  await stop();

  const anew = restored();
  anew.cluster.put("Namespace", namespace("acme-org", "uid-mallory-org"));
  anew.cluster.put("Domain", { ...acme, ...again });
  await anew.settled();
  expect(anew.cluster.get("Domain", "acme-org/acme")?.status?.reason).toBe("NotAdopted");
  expect(anew.kong.routes()).toEqual([]);
  await anew.stop();
});

test("N6: what Kong still has of the cluster before serves nobody: its namespaces may be anybody's here", async () => {
  const before = run();
  const { cluster, kong } = before;
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Domain", acme);
  await before.settled();
  expect(kong.routes()).toHaveLength(1);
  before.crash();

  const after = new FakeCluster();
  after.put("Namespace", namespace("kube-system", "cluster-here"));
  for (const record of there) after.put("HostRecord", record);
  const { settled, stop } = run({ cluster: after, kong });
  await settled();
  expect(kong.routes()).toEqual([]);
  await stop();
});

test("N6: what this cluster writes says so, and a record that is older than that is marked once", async () => {
  const { cluster, clock, settled, stop, writes } = run();
  cluster.put("Namespace", namespace("kube-system", "cluster-here"));
  for (const name of ["acme-org", "coyote-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("HostRecord", heldBy(acme, {}, [grant("coyote-org")]));
  cluster.put("Domain", acme);
  cluster.put("Domain", coyote);
  await settled();
  expect(cluster.all("HostRecord").map(({ clusterUid }) => clusterUid)).toEqual(["cluster-here", "cluster-here"]);
  writes();
  await clock.pass(60_000);
  expect(writes()).toEqual([]);
  await stop();
});
