import { expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { FakeCluster } from "../support/fake-cluster.ts";

test(
  "L8: hosts take turns by whose they are: a tenant with five hundred delays nobody else's one",
  { tags: "long" },
  async () => {
    const { cluster, kong, settled, stop } = run();
    cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
    for (const name of ["mallory-org", "acme-org"]) {
      cluster.put("Namespace", namespace(name));
      cluster.put("Service", service(`${name}/web`));
    }
    const count = 500;
    const hosts = Array.from({ length: count }, (_, i) => `host-${String(i)}.mallory.example`);
    for (const [i, host] of hosts.entries()) {
      cluster.put(
        "Domain",
        claim(`mallory-org/${String(i)}`, "mallory.example", { ...fresh, sub: host.split(".")[0] }),
      );
      cluster.put("Ingress", ingress(`mallory-org/${String(i)}`, [host]));
    }
    await settled();
    cluster.put("Domain", claim("mallory-org/mallory", "mallory.example", fresh));
    await kongHas(10);
    cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
    cluster.put("Ingress", ingress("acme-org/acme", ["acme.example"]));
    await settled();
    const routes = kong.writes.filter((write) => write.startsWith("create routes"));
    expect(routes).toHaveLength(count + 1);
    expect(routes.indexOf("create routes acme.example /")).toBeLessThan(0.7 * count);
    await stop();

    /** Waits for so many routes, and not a moment longer. */
    async function kongHas(count: number): Promise<void> {
      while (kong.stored.routes.size < count) await Promise.resolve();
    }
  },
);

test(
  "X2: a free host is its taker's work, whoever has claimed it for longer, and in vain",
  { tags: "long" },
  async () => {
    const { cluster, kong, settled, stop } = run();
    acmeServes(cluster, "acme.org");
    cluster.put("Namespace", namespace("mallory-org"));
    cluster.put("Service", service("mallory-org/web"));
    const older = { ...fresh, sub: "www", parent: "acme-org", created: "2026-04-04T11:00:00Z" };
    cluster.put("Domain", claim("mallory-org/www", "acme.org", older));
    const hosts = Array.from({ length: 500 }, (_, i) => `host-${String(i)}.example`);
    for (const [i, host] of hosts.entries()) cluster.put("Domain", claim(`mallory-org/${String(i)}`, host, fresh));
    await settled();
    expect(cluster.get("Domain", "mallory-org/www")?.status?.reason).toBe("NotDelegated");
    for (const [i, host] of hosts.entries()) cluster.put("Ingress", ingress(`mallory-org/${String(i)}`, [host]));
    cluster.put("Ingress", ingress("acme-org/www", ["www.acme.org"]));
    cluster.put("Domain", claim("acme-org/www", "acme.org", { ...fresh, sub: "www" }));
    await settled();
    const routes = kong.writes.filter((write) => write.startsWith("create routes"));
    expect(routes).toHaveLength(502);
    expect(routes.indexOf("create routes www.acme.org /")).toBeLessThan(350);
    await stop();
  },
);

test("L8: of a host with hundreds of paths only a few calls to Kong are under way at once, to write and to remove", async () => {
  const { cluster, kong, settled, stop } = run();
  let underWay = 0;
  let most = 0;
  kong.fault = (call) => {
    if (/^(create|remove) routes/.test(call)) most = Math.max(most, (underWay += 1));
  };
  kong.onWrite = () => {
    underWay = Math.max(0, underWay - 1);
  };
  malloryServes(cluster, 300);
  await settled();
  expect(kong.stored.routes.size).toBe(300);
  expect(most).toBeLessThanOrEqual(8);
  most = 0;
  cluster.remove("Ingress", "mallory-org", "web");
  await settled();
  expect(kong.stored.routes.size).toBe(0);
  expect(most).toBeLessThanOrEqual(8);
  await stop();
});

test.each<readonly [string, (cluster: FakeCluster) => void]>([
  ["its claim is deleted", (cluster) => cluster.remove("Domain", "mallory-org", "mallory")],
  ["its Ingress is deleted", (cluster) => cluster.remove("Ingress", "mallory-org", "web")],
])("L4: of hundreds of routes that are being written no further one is begun when %s", async (_what, happen) => {
  const { cluster, kong, settled, stop } = run();
  malloryServes(cluster, 300);
  while (kong.stored.routes.size < 50) await Promise.resolve();
  happen(cluster);
  await settled();
  expect(kong.stored.routes.size).toBe(0);
  expect(kong.writes.filter((write) => write.startsWith("create routes")).length).toBeLessThan(100);
  await stop();
});

test("X2: hosts with hundreds of paths are written in pieces, between which others are served and lose their routes", async () => {
  const { cluster, kong, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.example", fresh));
  cluster.put("Ingress", ingress("acme-org/acme", ["acme.example"]));
  for (let i = 0; i < 6; i++) malloryServes(cluster, 200, `mallory-${String(i)}`);
  while (kong.stored.routes.size < 200) await Promise.resolve();
  cluster.remove("Ingress", "acme-org", "acme");
  const before = kong.writes.length;
  await settled();
  expect(kong.stored.routes.size).toBe(6 * 200);
  const after = kong.writes.slice(before);
  expect(after.indexOf("remove routes acme.example /")).toBeGreaterThanOrEqual(0);
  expect(after.indexOf("remove routes acme.example /")).toBeLessThan(250);
  await stop();
});

test("X2: a route that Kong refuses keeps none behind it from Kong, however many pieces there are", async () => {
  const { cluster, kong, settled, stop } = run();
  // The first forty, and whenever they are tried again.
  let tries = 0;
  kong.fault = (call) => {
    if (call !== "create routes" || ((tries += 1) > 40 && tries <= 100)) return;
    throw new KongError("induced", { kind: "refused" });
  };
  malloryServes(cluster, 100);
  await settled();
  expect(kong.stored.routes.size).toBe(60);
  expect(cluster.get("Domain", "mallory-org/mallory")?.status?.conditions[1]).toMatchObject({ reason: "KongRefused" });
  await stop();
});

test("X2: the claim of a host with many routes says that they are on their way, and then that they are live", async () => {
  const { cluster, kong, settled, stop } = run();
  malloryServes(cluster, 100);
  const reasons = new Set<unknown>();
  cluster.watch((event) => {
    if (event.type === "set" && event.kind === "Domain") reasons.add(event.object.status?.conditions[1]?.reason);
  });
  await settled();
  expect(kong.stored.routes.size).toBe(100);
  expect([...reasons]).toEqual(expect.arrayContaining(["Programming", "Programmed"]));
  expect(cluster.get("Domain", "mallory-org/mallory")?.status?.conditions[1]).toMatchObject({
    reason: "Programmed",
    message: "100 routes are live in Kong",
  });
  await stop();
});

/** Mallory's host, with so many paths. */
function malloryServes(cluster: FakeCluster, count: number, name = "mallory"): void {
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Namespace", namespace(`${name}-org`));
  cluster.put("Service", service(`${name}-org/web`));
  cluster.put("Domain", claim(`${name}-org/${name}`, `${name}.example`, fresh));
  const paths = Array.from({ length: count }, (_, i) => path(`/${String(i)}`));
  cluster.put("Ingress", ingress(`${name}-org/web`, [], { rules: [{ host: `${name}.example`, paths }] }));
}

test("X2: what has to leave Kong waits for nobody's routes that are to come, however many namespaces they are of", async () => {
  const { cluster, kong, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["marvin-org"] }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "m", parent: "acme-org" }));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Ingress", ingress("marvin-org/web", ["m.acme.org"]));
  await settled();
  expect(kong.routes()).toHaveLength(2);
  // Kong takes nothing in any more, and two hundred namespaces wait for it with a host each: every usual place is taken.
  Object.assign(kong, { create: () => new Promise(() => undefined) });
  for (let i = 0; i < 200; i++) {
    const name = `mallory-${String(i)}`;
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
    cluster.put("Domain", claim(`${name}/own`, `${name}.example`, fresh));
    cluster.put("Ingress", ingress(`${name}/web`, [`${name}.example`]));
  }
  await settled();
  await settled();
  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  expect(kong.routes()).toEqual([expect.stringContaining("m.acme.org")]);
  cluster.put("Domain", { ...cluster.get("Domain", "acme-org/acme")!, delegates: [], generation: 2 });
  await settled();
  expect(kong.routes()).toEqual([]);
  void stop();
});
