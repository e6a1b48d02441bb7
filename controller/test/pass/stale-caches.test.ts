import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";
import { claim, fresh, grant, heldBy, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";

const holderOf = (cluster: FakeCluster, host: string): string | undefined =>
  cluster.all("HostRecord").find((record) => record.host === (host as Host))?.holder?.namespace;

test("O2a: a host is not taken away for a grant that is there, and that the watch has not shown", async () => {
  const { cluster, clock, settled, stop } = run();
  for (const name of ["acme-org", "b-org"]) cluster.put("Namespace", namespace(name));
  const acme = claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["*"] });
  cluster.put("Domain", acme);
  await settled();
  cluster.put("Domain", claim("b-org/b", "b.acme.org", fresh));
  await settled();
  expect(holderOf(cluster, "b.acme.org")).toBe("b-org");

  // The leader before has bound b-org as a delegate; then the owner takes the "*" back.
  cluster.hold("HostRecord");
  const record = cluster.get("HostRecord", "acme.org");
  if (record === undefined) throw new Error("acme.org is not held");
  cluster.put("HostRecord", { ...record, grants: [grant("b-org")] });
  const shown = cluster.get("Domain", "acme-org/acme") ?? acme;
  cluster.put("Domain", { ...shown, delegates: ["b-org"], generation: 2 });
  await settled();
  await clock.pass(60_000);
  expect(holderOf(cluster, "b.acme.org")).toBe("b-org");

  cluster.release();
  await settled();
  await clock.pass(60_000);
  expect(holderOf(cluster, "b.acme.org")).toBe("b-org");
  expect(cluster.get("Domain", "b-org/b")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("O3: a name is not granted as if nothing enclosed it while the record above is there, and the watch has not shown it", async () => {
  const { cluster, clock, settled, stop } = run();
  for (const name of ["acme-org", "b-org"]) cluster.put("Namespace", namespace(name));
  await settled();
  cluster.hold("HostRecord");
  const acme = claim("acme-org/acme", "acme.org");
  cluster.put("HostRecord", heldBy(acme));
  cluster.put("Domain", acme);
  cluster.put("Domain", claim("b-org/b", "b.acme.org", fresh));
  await settled();
  await clock.pass(60_000);
  expect(holderOf(cluster, "b.acme.org")).toBeUndefined();

  cluster.release();
  await settled();
  await clock.pass(60_000);
  expect(cluster.get("Domain", "b-org/b")?.status).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  expect(holderOf(cluster, "b.acme.org")).toBeUndefined();
  await stop();
});

test("X2: a name far above whose record is written all the time delays nobody below a nearer one that does not rest on it", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["acme-org", "mallory-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", claim("acme-org/acme", "acme.mallory.org", fresh));
  await settled();
  cluster.put("Domain", claim("mallory-org/m", "mallory.org", fresh));
  await settled();
  cluster.fault = (call) => {
    if (/^(update|record) mallory\.org$/.test(call))
      throw new KubeError("induced: no answer", { status: 0, reason: "", kind: "unavailable" });
  };
  cluster.put("Domain", { ...must(cluster.get("Domain", "mallory-org/m")), delegates: ["acme-org"], generation: 2 });
  await settled();
  cluster.put("Domain", claim("acme-org/new", "new.acme.mallory.org", fresh));
  await settled();
  expect(cluster.get("HostRecord", "new.acme.mallory.org")?.holder).toMatchObject({ namespace: "acme-org" });
  await stop();
});

function must<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("it is gone");
  return found;
}

test("O2a: a claim that is gone, and that the watch still shows, is not given its host again and again", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["acme-org", "b-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["b-org"] }));
  await settled();
  cluster.put("Domain", claim("b-org/b", "b.acme.org", fresh));
  cluster.hold("Domain");
  const held = cluster.get("Domain", "acme-org/acme") ?? claim("acme-org/acme", "acme.org");
  cluster.put("Domain", { ...held, finalizers: { count: 0, ours: undefined } });
  cluster.remove("Domain", "acme-org", "acme");
  // More often than that and it would be a loop.
  let asked = 0;
  cluster.fault = () => {
    if (++asked > 100) throw new Error("the API server is asked again and again");
  };
  await settled();
  expect(asked).toBeLessThan(30);
  expect(holderOf(cluster, "acme.org")).toBeUndefined();
  expect(holderOf(cluster, "b.acme.org")).toBe("b-org");
  await stop();
});
