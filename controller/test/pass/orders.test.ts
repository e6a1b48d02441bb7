import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { KongError } from "../../src/kong/errors.ts";
import { KubeError } from "../../src/kube/errors.ts";
import { noGroup } from "../../src/world/certificate-group.ts";
import type { DomainCertificate, OrderedCertificate } from "../../src/world/domain-certificate.ts";
import { acmeServes } from "../support/acme.ts";
import { backend, claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeCluster, letsencrypt } from "../support/fake-cluster.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { pairFor } from "../support/pki.ts";
import { rename, renamed } from "../support/renames.ts";
import { ends, givesUp, orders, pair, remembered, served, serving, written } from "../support/ordering.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const acme = "acme.org" as Host;
const www = "www.acme.org" as Host;

test("T1, T2: the names that a namespace serves are written down, and then ordered, together", async () => {
  const running = await serving("acme.org", "www.acme.org");
  await running.clock.pass(2_000);
  expect(written(running)).toEqual([
    "create group acme-org/acme.org",
    "update group acme-org/acme.org",
    "order acme-org/acme.org-1 [acme.org,www.acme.org]",
  ]);
  ends(running, "acme.org-1");
  await running.clock.pass(2_000);
  expect(written(running)).toEqual(["update group acme-org/acme.org"]);
  expect(remembered(running)?.report).toMatchObject({ wanted: 2, issued: 2, failing: 0, waiting: [] });
  await running.clock.pass(10 * minute);
  expect(written(running)).toEqual([]);
});

test("without an issuer nothing is ordered", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  const running = run({ cluster });
  await running.settled();
  await running.clock.pass(minute);
  expect(written(running)).toEqual([]);
});

test.each(["before", "after"])(
  "where nothing is ordered any more a group that is deleted %s the controller begins goes, and its namespace does not hang",
  async (when) => {
    const { clock, cluster, crash, kong } = await served();
    crash();
    const key = "acme-org/acme.org";
    const stored = cluster.get("DomainCertificate", key) as DomainCertificate;
    if (when === "before") cluster.put("DomainCertificate", { ...stored, deleting: true });
    await clock.pass(1_000);
    cluster.writes.length = 0;
    const next = run({ clock, cluster, kong });
    await next.settled();
    if (when === "after") {
      await clock.pass(minute);
      expect([written(next), kong.snis()]).toEqual([[], ["acme.org -> acme-org/acme.org-1"]]);
      cluster.put("DomainCertificate", { ...stored, deleting: true });
    }
    await clock.pass(1_000);
    expect(written(next)).toEqual(["remove certificates acme-org/acme.org-1", `delete group ${key}`]);
    expect([remembered(next), kong.snis()]).toEqual([undefined, []]);
  },
);

test(
  "T8: nothing is ordered for a host that is served with a Secret of the team's own, until that is gone",
  { tags: "long" },
  async () => {
    const cluster = new FakeCluster();
    acmeServes(cluster, "acme.org", "www.acme.org");
    cluster.putSecret("acme-org/own", pair);
    const tls = [{ secretName: "own", hosts: ["acme.org"] }];
    cluster.put("Ingress", ingress("acme-org/web", ["acme.org", "www.acme.org"], { tls }));
    const running = run({ cluster, orders });
    await running.settled();
    await running.clock.pass(hour);
    expect(written(running)).toContain("order acme-org/acme.org-1 [www.acme.org]");
    expect(remembered(running)?.report.wanted).toBe(1);
    ends(running, "acme.org-1");
    cluster.removeSecret("acme-org/own");
    await running.clock.pass(day);
    expect(written(running)).toContain("order acme-org/acme.org-1 [acme.org,www.acme.org]");
  },
);

test(
  "T8: a Secret that was ordered is none of the team's own, whatever Ingress names it",
  { tags: "long" },
  async () => {
    const running = await served();
    const { cluster, clock } = running;
    const tls = [{ secretName: "acme.org-1", hosts: ["acme.org"] }];
    cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { tls }));
    await clock.pass(2 * day);
    expect(remembered(running)?.report.wanted).toBe(1);
    expect(cluster.get("Certificate", "acme-org/acme.org-1")?.shown.names).toEqual([acme]);
  },
);

test("a new leader, a restart and a relist order nothing", async () => {
  const running = await serving("acme.org", "www.acme.org");
  await running.clock.pass(2_000);
  await running.stop();
  const { clock, cluster, kong } = running;
  const next = run({ clock, cluster, kong, orders });
  await next.clock.pass(minute);
  expect(written(next)).toEqual([]);
});

test("T4: what was written down is ordered by whoever comes next, once", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.fault = (call) => {
    if (call.startsWith("order")) throw new KubeError("induced", { status: 0, reason: "", kind: "unavailable" });
  };
  const first = run({ cluster, orders });
  await first.settled();
  await first.clock.pass(2_000);
  expect(cluster.all("Certificate")).toEqual([]);
  const spent = remembered(first)?.group.budgets.account;
  first.crash();
  cluster.fault = () => undefined;
  const next = run({ clock: first.clock, cluster, kong: first.kong, orders });
  await next.clock.pass(2_000);
  expect(written(next)).toEqual(["order acme-org/acme.org-1 [acme.org]"]);
  expect(remembered(next)?.group.budgets.account).toBe(spent);
});

test("T4: a leader with a stale cache orders nothing that another one has ordered", async () => {
  const running = await serving("acme.org");
  const { clock, cluster, kong } = running;
  const old = cluster.snapshot();
  await clock.pass(2_000);
  await running.stop();
  cluster.snapshot = () => old;
  const stale = run({ clock, cluster, kong, orders });
  await clock.pass(minute);
  expect(cluster.writes.filter((write) => write.startsWith("order"))).toEqual(["order acme-org/acme.org-1 [acme.org]"]);
  await stale.stop();
});

test("what is ordered, and what becomes of it, is counted once", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org", "www.acme.org");
  const results: string[] = [];
  const running = run({ cluster, orders, observeOrder: (result) => results.push(result) });
  await running.settled();
  await running.clock.pass(2_000);
  ends(running, "acme.org-1", { "www.acme.org": "no such host" });
  await running.clock.pass(1_000);
  ends(running, "acme.org-2");
  await running.clock.pass(minute);
  expect(results).toEqual(["ordered", "failed", "ordered", "issued"]);
});

test("T3: a name that fails is told why, and the others are issued without it", async () => {
  const running = await serving("acme.org", "www.acme.org");
  await running.clock.pass(2_000);
  written(running);
  ends(running, "acme.org-1", { "www.acme.org": "no such host" });
  await running.clock.pass(1_000);
  expect(written(running)).toEqual([
    "update group acme-org/acme.org",
    "order acme-org/acme.org-2 [acme.org]",
    "delete certificate acme-org/acme.org-1",
  ]);
  const { group, report } = remembered(running) as DomainCertificate;
  expect(group.quarantine).toMatchObject([{ host: www, failures: 1, message: "no such host" }]);
  expect(report).toMatchObject({ wanted: 2, issued: 0, failing: 1 });
  ends(running, "acme.org-2");
  await running.clock.pass(12 * minute);
  expect(written(running)).toEqual([
    "update group acme-org/acme.org",
    "update group acme-org/acme.org",
    "order acme-org/acme.org-3 [www.acme.org]",
  ]);
});

test("T6: what was ordered serves the host as soon as it is issued, and not before", async () => {
  const running = await serving("acme.org", "www.acme.org");
  await running.clock.pass(2_000);
  running.cluster.putSecret("acme-org/acme.org-1", pair);
  await running.clock.pass(1_000);
  expect(running.kong.snis()).toEqual([]);
  ends(running, "acme.org-1");
  await running.clock.pass(1_000);
  expect(running.kong.snis()).toEqual(["acme.org -> acme-org/acme.org-1", "www.acme.org -> acme-org/acme.org-1"]);
});

test("a Secret that an Ingress names comes before what was ordered, and what was ordered comes before nothing", async () => {
  const running = await served();
  const { cluster, kong } = running;
  cluster.putSecret("acme-org/own", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { tls: [{ secretName: "own", hosts: ["acme.org"] }] }));
  await running.clock.pass(1_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/own"]);
  cluster.removeSecret("acme-org/own");
  await running.clock.pass(10_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/acme.org-1"]);
});

test("T5: when the last name is gone, Kong lets go of the certificate first, then Certificate and Secret go", async () => {
  const running = await served();
  const { clock, cluster, kong } = running;
  running.writes();
  cluster.remove("Domain", "acme-org", "acme");
  await clock.pass(1_000);
  expect(kong.snis()).toEqual([]);
  await clock.pass(4 * hour);
  expect(running.writes().filter((write) => /snis|certificate|secret|group/.test(write))).toEqual([
    "remove snis acme.org",
    "remove certificates acme-org/acme.org-1",
    "update group acme-org/acme.org",
    "update group acme-org/acme.org",
    "delete certificate acme-org/acme.org-1",
    "delete secret acme-org/acme.org-1",
    "delete group acme-org/acme.org",
  ]);
});

test("T5: with its namespace a group goes at once, whatever it has spent, and without what is under way", async () => {
  const issued = await served();
  const underWay = await serving("acme.org");
  await underWay.clock.pass(2_000);
  for (const running of [issued, underWay]) {
    const { clock, cluster } = running;
    // What the API server does when a namespace is deleted.
    cluster.fault = (call) => {
      if (/^order /.test(call))
        throw new KubeError("terminating", { status: 403, reason: "Forbidden", kind: "refused" });
    };
    cluster.remove("Certificate", "acme-org", "acme.org-1");
    cluster.put("DomainCertificate", { ...(remembered(running) as DomainCertificate), deleting: true });
    await givesUp(running);
    await clock.pass(minute);
    expect(remembered(running)).toBeUndefined();
    expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeUndefined();
    expect(running.kong.snis()).toEqual([]);
  }
});

test("T5: a group that is deleted beside claims that want certificates is begun anew, when Kong has let go of the old one", async () => {
  const running = await served();
  const { clock, cluster } = running;
  running.writes();
  cluster.put("DomainCertificate", { ...(remembered(running) as DomainCertificate), deleting: true });
  await clock.pass(2 * minute);
  expect(running.writes().filter((write) => /snis|certificate|secret|group|order/.test(write))).toEqual([
    "remove snis acme.org",
    "remove certificates acme-org/acme.org-1",
    "update group acme-org/acme.org",
    "delete certificate acme-org/acme.org-1",
    "delete secret acme-org/acme.org-1",
    "delete group acme-org/acme.org",
    "create group acme-org/acme.org",
    "update group acme-org/acme.org",
    "order acme-org/acme.org-1 [acme.org]",
  ]);
});

test("T5: a certificate that Kong still serves stays, however little it is needed", async () => {
  const running = await served();
  const { clock, cluster, kong } = running;
  running.writes();
  kong.fault = (call) => {
    if (/^(remove|delete) snis/.test(call)) throw new KongError("induced", { kind: "unavailable" });
  };
  cluster.remove("Domain", "acme-org", "acme");
  await clock.pass(hour);
  expect(cluster.get("Certificate", "acme-org/acme.org-1")).toBeDefined();
});

test("T5: a controller that dies between the removal of a Certificate and that of its Secret leaves nothing behind", async () => {
  const running = await served();
  const { clock, cluster, kong } = running;
  await givesUp(running);
  cluster.fault = (call) => {
    if (call !== "delete secret acme-org/acme.org-1") return;
    running.crash();
    throw new Error("the process is dead");
  };
  await clock.pass(11 * minute);
  expect(cluster.get("Certificate", "acme-org/acme.org-1")).toBeUndefined();
  expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeDefined();
  cluster.fault = () => undefined;
  const next = run({ clock, cluster, kong, orders });
  await next.clock.pass(2_000);
  expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeUndefined();
  await next.clock.pass(4 * hour);
  expect(remembered(next)).toBeUndefined();
});

test("T5: a Secret that cert-manager writes after its Certificate is gone goes, too", async () => {
  const running = await served();
  const { clock, cluster } = running;
  await givesUp(running);
  await clock.pass(11 * minute);
  expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeUndefined();
  cluster.putSecret("acme-org/acme.org-1", pair, undefined, true);
  await clock.pass(1_000);
  expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeUndefined();
});

test("T3: a name whose claim is not OK, or wants none, enters no order", async () => {
  const running = await serving("acme.org");
  const { cluster } = running;
  cluster.put("Namespace", namespace("evil"));
  cluster.put("Domain", claim("evil/lost", "acme.org", { ...fresh, sub: "lost" }));
  cluster.put("Domain", claim("acme-org/never", "acme.org", { ...fresh, sub: "never", certificatePolicy: "Never" }));
  cluster.put("Domain", claim("acme-org/always", "acme.org", { ...fresh, sub: "a", certificatePolicy: "Always" }));
  await running.clock.pass(20_000);
  expect(cluster.all("Certificate").flatMap(({ shown }) => shown.names)).toEqual(["a.acme.org", acme]);
  expect(cluster.all("DomainCertificate")).toHaveLength(1);
});

test("T3: a name that nothing serves waits, unless its claim says otherwise", async () => {
  const running = await serving("acme.org");
  const { cluster } = running;
  cluster.put("Domain", claim("acme-org/idle", "acme.org", { ...fresh, sub: "idle" }));
  await running.clock.pass(minute);
  expect(cluster.all("Certificate").flatMap(({ shown }) => shown.names)).toEqual([acme]);
});

test("N2: an old name that redirects no longer asks for no certificate, whatever its claim says, and gives up what it has", async () => {
  const running = await served();
  const { clock, cluster } = running;
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, certificatePolicy: "Always" }));
  cluster.put("Domain", rename("new", "new.org", "acme", { redirectForMs: 30 * minute }));
  await clock.pass(10_000);
  cluster.putSecret("acme-org/new.org-1", await pairFor(["new.org"]));
  ends(running, "new.org-1");
  await clock.pass(20 * minute);
  expect(renamed(running, "new")).toBe("True Renamed");
  expect(cluster.get("Certificate", "acme-org/acme.org-1")).toBeDefined();
  await clock.pass(30 * minute);
  expect(cluster.all("Certificate").map(({ name }) => name)).toEqual(["new.org-1"]);
  expect(remembered(running)?.report.wanted).toBe(0);
  const { conditions = [] } = cluster.get("Domain", "acme-org/acme")?.status ?? {};
  expect(conditions.map(({ type }) => type)).not.toContain("CertificateReady");
});

test.each([
  ["a name enters an order when the gateway has shown that it answers for it", true],
  ["where the gateway can't be asked Kong's word is enough", false],
])("T3: %s", async (_, asks) => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  const waiting: (() => void)[] = [];
  const prove = (): Promise<void> => new Promise((done) => waiting.push(done));
  const running = run({ cluster, orders, proverFor: () => ({ how: "by hand", asks, prove }) });
  const { clock } = running;
  await clock.pass(minute);
  expect(cluster.all("Certificate")).toHaveLength(asks ? 0 : 1);
  if (asks) {
    expect(remembered(running)?.report.waiting).toEqual([{ host: acme, reason: "Routing", until: undefined }]);
    for (let i = 0; i < 3; i++) {
      for (const done of waiting.splice(0)) done();
      await clock.pass(1_000);
    }
    expect(cluster.get("Certificate", "acme-org/acme.org-1")?.shown.names).toEqual([acme]);
  }
  // What is known of the gateway is forgotten with the term, and what was ordered is not.
  const before = cluster.writes.length;
  await running.stop();
  const next = run({ clock, cluster, kong: running.kong, orders, proverFor: () => ({ how: "by hand", asks, prove }) });
  await clock.pass(20 * minute);
  expect(cluster.writes.slice(before).filter((write) => /order|certificate/.test(write))).toEqual([]);
  await next.stop();
});

test(
  "T4: whoever says again and again that their certificate was not renewed takes nothing of what others may order",
  { tags: "long" },
  async () => {
    const running = await serving("acme.org");
    const { clock, cluster } = running;
    await clock.pass(2_000);
    ends(running, "acme.org-1");
    await clock.pass(1_000);
    const issued = cluster.get("Certificate", "acme-org/acme.org-1") as OrderedCertificate;
    for (let round = 0; round < 600; round++) {
      // As if it had failed every half hour for years.
      const at = round * orders.limits.renewalRetryMs;
      cluster.put("Certificate", { ...issued, failure: { at, message: "the order is invalid" } });
      await clock.pass(21_000);
    }
    cluster.put("Namespace", namespace("other-org"));
    cluster.put("Service", service("other-org/web"));
    cluster.put("Domain", claim("other-org/other", "other.org", fresh));
    cluster.put("Ingress", ingress("other-org/web", ["other.org"]));
    await clock.pass(5_000);
    expect(cluster.get("Certificate", "other-org/other.org-1")?.shown.names).toEqual(["other.org"]);
  },
);

test(
  "T4: orders that never end, of two namespaces, keep nobody else below the same domain waiting for ever",
  { tags: "long" },
  async () => {
    const cluster = new FakeCluster();
    cluster.put("Namespace", namespace("kong-system"));
    cluster.put("Domain", claim("kong-system/acme", "acme.org", { ...fresh, delegates: ["*"] }));
    const serves = (from: string, subs: readonly string[]): void => {
      cluster.put("Namespace", namespace(from));
      cluster.put("Service", service(`${from}/web`));
      const hosts = subs.map((sub) => `${sub}.acme.org`);
      cluster.put("Ingress", ingress(`${from}/web`, hosts));
      for (const sub of subs) cluster.put("Domain", claim(`${from}/${sub}`, "acme.org", { ...fresh, sub }));
    };
    for (const from of ["evil-1", "evil-2"]) {
      const subs = Array.from({ length: 75 }, (_, index) => `${from}-${String(index)}`);
      serves(from, subs);
    }
    const failures = { ...orders.limits.failures, capacity: 75 };
    const limits = { ...orders.limits, namesPerCertificate: 3, untriedNames: 75, failures };
    const running = run({ cluster, orders: { ...orders, limits } });
    await running.settled();
    await running.clock.pass(minute);
    expect(cluster.all("Certificate")).toHaveLength(40);
    serves("marvin-org", ["marvin"]);
    await running.clock.pass(minute);
    const marvins = (): number => cluster.all("Certificate").filter(({ namespace: of }) => of === "marvin-org").length;
    expect(marvins()).toBe(0);
    await running.clock.pass(orders.limits.reservedMs);
    expect(marvins()).toBe(1);
  },
);

test("a clock that has stood still for a week orders nothing at once", async () => {
  const clock = new FakeClock();
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  const running = run({ clock, cluster, orders });
  await running.settled();
  await running.clock.pass(2_000);
  ends(running, "acme.org-1");
  await running.clock.pass(1_000);
  written(running);
  clock.stall(7 * day);
  await clock.pass(minute);
  expect(written(running)).toEqual([]);
});

test("T9: an Ingress that has cert-manager order the same names behind our back is told, once", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  const annotations = { "cert-manager.io/cluster-issuer": "letsencrypt" };
  const shimmed = { tls: [{ secretName: "web-tls", hosts: ["acme.org"] }], annotations };
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], shimmed));
  const running = run({ cluster, orders });
  await running.settled();
  await running.clock.pass(minute);
  const told = (): readonly string[] =>
    running.events.flatMap(({ reason, note }) => (reason === "CertificateOrderedTwice" ? [note] : []));
  expect(told()).toEqual([
    'cert-manager.io/cluster-issuer has cert-manager order a certificate for acme.org, for which one is ordered here anyway: both count for the certificate authority\'s limits; remove the annotation and the entry in spec.tls, or have none ordered here: kubectl patch domain acme --type=merge -p \'{"spec":{"certificate":{"policy":"Never"}}}\' -n acme-org',
  ]);
  await running.stop();
});

test("such an Ingress is told what becomes of its paths, as any other", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.put("Service", service("acme-org/api"));
  const annotations = { "cert-manager.io/cluster-issuer": "letsencrypt" };
  const tls = [{ secretName: "web-tls", hosts: ["acme.org"] }];
  const rules = [{ host: "acme.org", paths: [path(), path("/api", { backend: backend("api", 80) })] }];
  cluster.put("Ingress", ingress("acme-org/web", [], { annotations, rules, tls }));
  const running = run({ cluster, orders });
  await running.settled();
  cluster.remove("Service", "acme-org", "api");
  await running.settled();
  expect(running.events.map(({ reason }) => reason)).toContain("ServiceNotFound");
  await running.stop();
});

test.each([
  ["its claim wants none", true, "Never"],
  ["none are ordered here", false, "WhenServed"],
] as const)("T9: it is not where %s", async (_, ordering, certificatePolicy) => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, certificatePolicy }));
  const tls = [{ secretName: "web-tls", hosts: ["acme.org"] }];
  cluster.put(
    "Ingress",
    ingress("acme-org/web", ["acme.org"], { tls, annotations: { "kubernetes.io/tls-acme": "true" } }),
  );
  const running = run({ cluster, ...(ordering ? { orders } : {}) });
  await running.settled();
  expect(running.events.filter(({ reason }) => reason === "CertificateOrderedTwice")).toEqual([]);
  await running.stop();
});

test("a namespace with the label of another issuer has its next order made by that, and others by everybody's", async () => {
  const running = await serving("acme.org");
  const { clock, cluster } = running;
  await clock.pass(2_000);
  ends(running, "acme.org-1");
  await clock.pass(1_000);
  cluster.put("ClusterIssuer", { ...letsencrypt, name: "internal" });
  cluster.put("Namespace", namespace("acme-org", undefined, { "platform.koli.io/issuer": "internal" }));
  await clock.pass(minute);
  expect(cluster.issuers.get("acme-org/acme.org-1")).toBe("letsencrypt");
  cluster.put("Domain", claim("acme-org/new", "acme.org", { ...fresh, sub: "new", certificatePolicy: "Always" }));
  cluster.put("Namespace", namespace("other-org"));
  cluster.put("Domain", claim("other-org/other", "other.org", { ...fresh, certificatePolicy: "Always" }));
  await clock.pass(minute);
  expect([...cluster.issuers]).toEqual([
    ["acme-org/acme.org-1", "internal"],
    ["other-org/other.org-1", "letsencrypt"],
  ]);
});

test("from an issuer that is not there nothing is ordered, which the claim is told, and all of it as soon as it is there", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.put("Namespace", namespace("acme-org", undefined, { "platform.koli.io/issuer": "internal" }));
  const running = run({ cluster, orders });
  await running.settled();
  await running.clock.pass(hour);
  expect(written(running).filter((write) => write.startsWith("order"))).toEqual([]);
  expect(remembered(running)?.group.budgets).toEqual(noGroup.budgets);
  const told = () =>
    cluster.get("Domain", "acme-org/acme")?.status?.conditions?.find(({ type }) => type === "CertificateReady");
  expect(told()).toMatchObject({ status: "False", reason: "IssuerMissing" });
  cluster.put("ClusterIssuer", { ...letsencrypt, name: "internal", problem: "no account" });
  await running.clock.pass(2_000);
  expect(written(running)).toContain("order acme-org/acme.org-1 [acme.org]");
  expect(told()).toMatchObject({ status: "False", reason: "IssuerNotReady" });
  expect(remembered(running)?.report.waiting).toMatchObject([{ reason: "IssuerNotReady" }]);
});

test("an order under way is asked of the namespace's issuer when that changes", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.put("ClusterIssuer", { ...letsencrypt, name: "internal" });
  cluster.put("Namespace", namespace("acme-org", undefined, { "platform.koli.io/issuer": "internal" }));
  const running = run({ cluster, orders });
  await running.settled();
  await running.clock.pass(hour);
  expect(written(running).filter((write) => write.startsWith("order"))).toEqual([
    "order acme-org/acme.org-1 [acme.org]",
  ]);
  const spent = remembered(running)?.group.budgets;
  cluster.put("Namespace", namespace("acme-org"));
  await running.clock.pass(minute);
  expect(cluster.issuers.get("acme-org/acme.org-1")).toBe("letsencrypt");
  expect(written(running)).toEqual(["order acme-org/acme.org-1 [acme.org]"]);
  expect(remembered(running)?.group.budgets).toEqual(spent);
});

test.each([
  { kind: "Issuer", name: "letsencrypt" },
  { kind: "ClusterIssuer", name: "letsencrypt-2" },
] as const)(
  "an order under way is asked of the issuer that the next controller is given: $kind $name",
  async (issuer) => {
    const before = await serving("acme.org");
    await before.clock.pass(2_000);
    await before.stop();
    const { clock, cluster, stop } = run({
      cluster: before.cluster,
      clock: before.clock,
      orders: { ...orders, issuer },
    });
    await clock.pass(minute);
    expect(cluster.get("Certificate", "acme-org/acme.org-1")?.issuer).toEqual(issuer);
    expect(cluster.writes.filter((write) => write.startsWith("order"))).toHaveLength(2);
    await stop();
  },
);
