/** @module-tag long */
import { expect, test } from "vitest";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";

const tenants = Array.from({ length: 50 }, (_, i) => `mallory-${String(i)}`);

function serves(cluster: FakeCluster, tenant: string): void {
  cluster.put("Namespace", namespace(tenant));
  cluster.put("Service", service(`${tenant}/web`));
  cluster.put("Domain", claim(`${tenant}/m`, `${tenant}.example`, fresh));
  cluster.put("Ingress", ingress(`${tenant}/web`, [`${tenant}.example`]));
}

test("X2: fifty tenants who change an object ten times a second each: a revocation waits for none of them, and nobody else is decided again", async () => {
  let runs: Record<string, number> = {};
  const observeQueue = (queue: string): void => {
    runs[queue] = (runs[queue] ?? 0) + 1;
  };
  const { cluster, clock, kong, settled, stop } = run({ observeQueue });
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  for (const tenant of [...tenants, "acme-org"]) serves(cluster, tenant);
  await settled();
  await settled();
  expect(kong.stored.routes.size).toBe(51);
  const flap = (round: number): void => {
    for (const tenant of tenants) {
      const rules = [{ host: `${tenant}.example`, paths: [path(`/${String(round)}`)] }];
      cluster.put("Ingress", ingress(`${tenant}/web`, [], { rules }));
    }
  };
  for (let round = 0; round < 10; round++) {
    runs = {};
    flap(round);
    await clock.pass(100);
    // Each is decided for what it changed itself: its host, its Ingress and its claim, a few times.
    expect(runs["host"]).toBeLessThanOrEqual(tenants.length * 2);
    expect(Object.values(runs).reduce((sum, count) => sum + count)).toBeLessThanOrEqual(tenants.length * 12);
  }
  const before = kong.writes.length;
  flap(10);
  cluster.remove("Ingress", "acme-org", "web");
  await clock.pass(100);
  const written = kong.writes.slice(before);
  expect(written.indexOf("remove routes acme-org.example /")).toBeGreaterThanOrEqual(0);
  expect(written.indexOf("remove routes acme-org.example /")).toBeLessThan(60);
  await stop();
});
