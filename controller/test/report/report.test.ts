import { expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import type { Findings } from "../../src/report/findings.ts";
import { reportOn } from "../../src/report/report.ts";
import { reportText } from "../../src/report/text.ts";
import { defaultLimits } from "../../src/world/limits.ts";
import { World } from "../../src/world/world.ts";
import { backend, claim, fresh, ingress, namespace, path, service, settings } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What is reported on a cluster and a Kong, as text. */
async function report(cluster: FakeCluster, kong: FakeKong): Promise<string> {
  return reportText(await found(cluster, kong));
}

async function found(cluster: FakeCluster, kong: FakeKong): Promise<Findings> {
  const clock = new FakeClock();
  const world = new World(defaultLimits, { orders: false });
  for (const event of cluster.snapshot()) world.apply(event);
  const config = {
    settings,
    records: { retentionMs: 1_000_000, releasedPerNamespace: 50 },
    kong: { foreignHosts: true, timeoutMs: 10_000 },
  };
  let said: Findings | undefined;
  const options = { config, world, kube: cluster.api(), kong, clock, random: () => 0.5, log: silent };
  const reporting = reportOn(options as unknown as Parameters<typeof reportOn>[0]).then((all) => (said = all));
  for (let turns = 0; said === undefined && turns < 5_000; turns += 1) await clock.pass(200);
  return await reporting;
}

/** Two teams: a domain with a share, a name that is not shared, a path that leads nowhere, and a host that two claim. */
function twoTeams(): FakeCluster {
  const cluster = new FakeCluster();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Service", service("marvin-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org", "www.acme.org"]));
  cluster.put("Ingress", ingress("marvin-org/web", ["marvin.acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["marvin-org"] }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  cluster.put("Domain", claim("marvin-org/other", "other.org", fresh));
  cluster.put("Domain", claim("marvin-org/late", "acme.org", { ...fresh, created: "2026-12-01T00:00:00Z" }));
  return cluster;
}

test("a report says who would hold what and what would be written to Kong, and writes nothing", async () => {
  const cluster = twoTeams();
  const kong = new FakeKong();
  expect(await report(cluster, kong)).toMatchInlineSnapshot(`
    "Claims: 3 would be OK, 1 would not.
      marvin-org/late: AlreadyClaimed: acme.org is held by the primary claim acme in namespace acme-org; when it becomes free, the oldest claim that may hold it takes it (kubectl domain whois acme.org)

    These hosts would not be served, as their namespace would not hold them:
      www.acme.org (Ingress acme-org/web)

    All that OK claims are asked to serve would be served.

    Kong: it would create 2 routes, create 2 services.
      create routes acme.org /
      create routes marvin.acme.org /
      create services acme-org.web.80
      create services marvin-org.web.80
    "
  `);
  expect(cluster.writes).toEqual([]);
  expect(kong.writes).toEqual([]);
  expect([...kong.stored.routes.values()]).toEqual([]);
});

test("what is reported is what a controller writes then; after that nothing is left to write", async () => {
  const cluster = twoTeams();
  const kong = new FakeKong();
  const reported = await report(cluster, kong);
  const { settled, stop } = run({ cluster, kong });
  await settled();
  for (const collection of ["services", "routes"] as const)
    expect(reported).toContain(`create ${String(kong.stored[collection].size)} ${collection}`);
  for (const { hosts, paths } of kong.stored.routes.values())
    expect(reported).toContain(`\n  create routes ${(hosts ?? []).join(",")} ${paths.join(",")}`);
  await stop();
  expect(await report(cluster, kong)).toContain("\nKong: nothing would be written.\n");
});

test("what would leave Kong is reported, and stays there", async () => {
  const cluster = twoTeams();
  const kong = new FakeKong();
  const { settled, stop } = run({ cluster, kong });
  await settled();
  await stop();
  const before = structuredClone(kong.stored);
  const { length } = cluster.writes;
  cluster.put("Domain", { ...claim("acme-org/acme", "acme.org"), delegates: [] });
  const reported = await report(cluster, kong);
  expect(reported).toContain("\n  remove routes marvin.acme.org /\n");
  expect(reported).toMatch(/\n {2}marvin-org\/m: NotDelegated: /);
  expect(kong.stored).toEqual(before);
  expect(cluster.writes).toHaveLength(length);
});

test("a path that is not served is reported, with odd characters made harmless", async () => {
  const cluster = twoTeams();
  const odd = path("/a\u001b[2J\u202e", { backend: backend("gone", 80) });
  const served = path("/~/b\u202e", { pathType: "ImplementationSpecific" });
  cluster.put("Ingress", ingress("acme-org/odd", [], { rules: [{ host: "acme.org", paths: [odd, served] }] }));
  const reported = await report(cluster, new FakeKong());
  expect(reported).toMatch(/\n {2}acme\.org \(acme-org\/acme\): Ingress odd .*: /);
  expect(reported).toContain("acme.org ~/b\\u{202e}");
  expect(reported).not.toMatch(/[^\P{C}\n]/u);
});

test("what is found can be read by a program, too, and is the same each time", async () => {
  const cluster = twoTeams();
  const odd = path("/a", { backend: backend("gone", 80) });
  cluster.put("Ingress", ingress("acme-org/odd", [], { rules: [{ host: "acme.org", paths: [odd] }] }));
  const all = await found(cluster, new FakeKong());
  expect(all).toMatchObject({
    settled: true,
    claims: { ok: 3, refused: [{ claim: "marvin-org/late", reason: "AlreadyClaimed" }] },
    unclaimed: [{ host: "www.acme.org", kind: "Ingress", namespace: "acme-org", name: "web" }],
    unserved: [{ host: "acme.org", claim: "acme-org/acme", source: "Ingress odd", reason: "ServiceNotFound" }],
    kong: [
      { verb: "create", collection: "routes", hosts: ["acme.org"], paths: ["/"] },
      { verb: "create", collection: "routes", hosts: ["marvin.acme.org"], paths: ["/"] },
      { verb: "create", collection: "services", name: "acme-org.web.80" },
      { verb: "create", collection: "services", name: "marvin-org.web.80" },
    ],
  });
  expect(JSON.stringify(await found(cluster, new FakeKong()))).toBe(JSON.stringify(all));
});

test("a report of what does not come to rest says so", async () => {
  const cluster = twoTeams();
  cluster.fault = (call) => {
    if (call.startsWith("namespace ")) throw new KubeError("no answer", { status: 0, reason: "", kind: "unavailable" });
  };
  expect(await report(cluster, new FakeKong())).toContain("Not everything was decided in time");
});

function nothing(): void {
  return;
}

test("a rename and transfers are reported to their end, as a controller would take them there, and nothing is written", async () => {
  const cluster = twoTeams();
  const transferTo = "marvin-org";
  cluster.put("Domain", claim("acme-org/given", "given.org", { ...fresh, transferTo }));
  cluster.put("Domain", claim("marvin-org/given", "given.org", { ...fresh, acceptFrom: "acme-org" }));
  cluster.put("Domain", claim("acme-org/offered", "offered.org", { ...fresh, transferTo }));
  cluster.put("Domain", claim("acme-org/next", "next.org", { ...fresh, renames: "acme" }));
  for (const host of ["given.org", "offered.org"])
    for (const team of ["acme-org", "marvin-org"]) cluster.put("Ingress", ingress(`${team}/${host}`, [host]));
  const kong = new FakeKong();
  const reported = await report(cluster, kong);
  expect(reported).toContain("acme-org/given: Transferred: ");
  expect([cluster.writes, kong.writes]).toEqual([[], []]);

  const { settled, stop } = run({ cluster, kong });
  for (let i = 0; i < 3; i++) await settled();
  expect(cluster.get("HostRecord", "given.org")?.holder?.namespace).toBe("marvin-org");
  for (const { hosts, paths } of kong.stored.routes.values())
    expect(reported).toContain(`\n  create routes ${(hosts ?? []).join(",")} ${paths.join(",")}`);
  expect(reported.split("\n").filter((line) => line.startsWith("  create routes "))).toHaveLength(
    kong.stored.routes.size,
  );
  const again = await report(cluster, kong);
  expect(again).toContain("Kong: nothing");
  await stop();
});
