import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { letsEncryptLimits } from "../../src/decide/certificates/limits.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { OrderedCertificate } from "../../src/world/domain-certificate.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { ends, givesUp, orders, pair, remembered, served, serving, written } from "../support/ordering.ts";

const minute = 60_000;
const hour = 60 * minute;

const acme = "acme.org" as Host;
const www = "www.acme.org" as Host;

test("a Secret that is not of a certificate of the group's stays, whatever it is called and says of itself", async () => {
  const running = await served();
  const { clock, cluster } = running;
  cluster.put("Namespace", namespace("other"));
  const others = ["acme-org/acme.org-2", "acme-org/acme.org-99", "other/acme.org-1"];
  const [own, ...copies] = others as [string, ...string[]];
  cluster.putSecret(own, pair, undefined, false);
  for (const copy of copies) cluster.putSecret(copy, pair, undefined, true);
  await givesUp(running);
  await clock.pass(4 * hour);
  expect(remembered(running)).toBeUndefined();
  expect(others.filter((key) => cluster.get("Secret", key) === undefined)).toEqual([]);
});

test("a Secret of the team's own that has the name of a certificate whose order failed stays", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/acme.org-1", pair);
  const running = run({ cluster, orders });
  await running.settled();
  await running.clock.pass(2_000);
  ends(running, "acme.org-1", { "acme.org": "no such host" });
  await running.clock.pass(2_000);
  expect(cluster.get("Certificate", "acme-org/acme.org-1")).toBeUndefined();
  expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeDefined();
});

test("a Certificate that somebody else says is ours counts for nothing", async () => {
  const running = await serving("acme.org");
  await running.clock.pass(2_000);
  const ours = running.cluster.get("Certificate", "acme-org/acme.org-1") as OrderedCertificate;
  const owner = { name: "acme.org", uid: "uid-of-another" };
  running.cluster.put("Certificate", { ...ours, name: "acme.org-7", uid: "uid-forged", owner });
  await running.clock.pass(minute);
  expect(running.cluster.get("Certificate", "acme-org/acme.org-7")).toMatchObject({ uid: "uid-forged" });
});

test("a Certificate of somebody else's that has the name of ours stays, and ours gets another name, by one order", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  cluster.unwatchedCertificates.set("acme-org/acme.org-1", undefined);
  const running = run({ cluster, orders });
  await running.settled();
  await running.clock.pass(5_000);
  expect(written(running)).toEqual([
    "create group acme-org/acme.org",
    "update group acme-org/acme.org",
    "update group acme-org/acme.org",
    "order acme-org/acme.org-2 [acme.org]",
  ]);
  expect(cluster.unwatchedCertificates.has("acme-org/acme.org-1")).toBe(true);
  const { budgets, certificates } = remembered(running)?.group ?? {};
  expect(certificates?.map(({ number }) => number)).toEqual([2]);
  expect(budgets?.account).toBeLessThanOrEqual(running.clock.now() + letsEncryptLimits.account.refillMs);
});

test("a Certificate of ours from which somebody took our mark gets it back, and nothing is ordered anew", async () => {
  const running = await served();
  const { clock, cluster } = running;
  running.writes();
  cluster.unwatchedCertificates.set("acme-org/acme.org-1", remembered(running)?.uid);
  cluster.remove("Certificate", "acme-org", "acme.org-1");
  await clock.pass(2_000);
  expect(written(running)).toEqual(["order acme-org/acme.org-1 [acme.org]"]);
  expect(cluster.get("Certificate", "acme-org/acme.org-1")).toBeDefined();
  expect(remembered(running)?.group.certificates.map(({ number }) => number)).toEqual([1]);
});

test("a Certificate of ours that somebody made his own keeps its Secret: without it cert-manager would order it for ever", async () => {
  const running = await served();
  const { clock, cluster } = running;
  cluster.unwatchedCertificates.set("acme-org/acme.org-1", undefined);
  cluster.remove("Certificate", "acme-org", "acme.org-1");
  await clock.pass(hour);
  expect(cluster.get("Secret", "acme-org/acme.org-1")).toBeDefined();
  const names = cluster.all("Certificate").map(({ name, shown }) => `${name} ${shown.names.join()}`);
  expect(names).toEqual(["acme.org-2 acme.org"]);
});

test("the names of a Certificate of ours that somebody changes again and again are put right, at a bounded rate", async () => {
  const running = await served();
  const { clock, cluster } = running;
  running.writes();
  for (let i = 0; i < 100; i++) {
    const ours = cluster.get("Certificate", "acme-org/acme.org-1") as OrderedCertificate;
    cluster.put("Certificate", { ...ours, shown: { ...ours.shown, names: [acme, www] } });
    await clock.pass(100);
  }
  expect(written(running).length).toBeLessThan(50);
  await clock.pass(1_000);
  expect(cluster.get("Certificate", "acme-org/acme.org-1")?.shown.names).toEqual([acme]);
});

test("a claim that comes and goes all the time makes no orders", { tags: "long" }, async () => {
  const running = await serving("acme.org", "www.acme.org");
  const { clock, cluster } = running;
  await clock.pass(2_000);
  ends(running, "acme.org-1");
  await clock.pass(1_000);
  written(running);
  for (let i = 0; i < 200; i++) {
    cluster.remove("Domain", "acme-org", "www");
    await clock.pass(3_000);
    cluster.put("Domain", claim("acme-org/www", "acme.org", { ...fresh, sub: "www" }));
    await clock.pass(3_000);
  }
  expect(written(running).filter((write) => write.startsWith("order"))).toEqual([]);
});

test("a namespace with a thousand names to order is no hindrance to another's", { tags: "long" }, async () => {
  const cluster = new FakeCluster();
  const count = 1_000;
  acmeServes(cluster, ...Array.from({ length: count }, (_, i) => `n${String(i)}.acme.org`));
  const running = run({ cluster, orders });
  await running.clock.pass(2_000);
  cluster.put("Namespace", namespace("coyote"));
  cluster.put("Domain", claim("coyote/own", "coyote.example", { ...fresh, certificatePolicy: "Always" }));
  await running.clock.pass(3_000);
  expect(cluster.get("Certificate", "coyote/coyote.example-1")?.shown.names).toEqual(["coyote.example"]);
  expect(cluster.all("Certificate").filter(({ namespace: ns }) => ns === "acme-org")).toHaveLength(1);
  // A namespace has a thousand claims, one of which is its domain's; of the names that wait the first are listed, and the others counted.
  const wanted = Math.min(count, 999);
  const remembered = cluster.get("DomainCertificate", "acme-org/acme.org");
  expect(remembered?.report).toMatchObject({ wanted, moreWaiting: wanted - 100 });
  expect(JSON.stringify(remembered).length).toBeLessThan(20_000);
});

test(
  "X1: of ten thousand names of a namespace that may have so many, no more are ordered than can be remembered, and others are told",
  { tags: "long" },
  async () => {
    const cluster = new FakeCluster();
    const count = 10_000;
    const always = { ...fresh, certificatePolicy: "Always" } as const;
    for (const name of ["acme-org", "coyote"]) cluster.put("Namespace", namespace(name));
    cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
    for (let i = 0; i < count; i++) {
      const sub = `n${String(i)}`;
      cluster.put("Domain", claim(`acme-org/${sub}`, "acme.org", { ...always, sub }));
    }
    const limits = { ...orders.limits, objectBytes: 100_000 };
    const running = run({ cluster, orders: { ...orders, limits }, claimLimits: { claimsPerNamespace: count + 1 } });
    const { clock } = running;
    const standing = () => remembered(running)?.group.certificates.flatMap(({ names }) => names).length ?? 0;
    for (let i = 0; i < 5; i++) {
      await clock.pass(12_000);
      for (const { name } of cluster.all("Certificate").filter(({ shown }) => !shown.ready)) ends(running, name);
    }
    expect(standing()).toBeGreaterThan(150);
    expect(standing()).toBeLessThan(200);
    const orderings = cluster.writes.filter((write) => write.startsWith("order")).length;
    await clock.pass(5 * 60_000);
    expect(cluster.writes.filter((write) => write.startsWith("order"))).toHaveLength(orderings);
    expect(remembered(running)?.report).toMatchObject({ wanted: count, moreWaiting: count - standing() - 100 });
    const waits = remembered(running)?.report.waiting[0];
    expect(waits?.reason).toBe("TooManyNames");
    const [told] = cluster.all("Domain").filter(({ sub }) => waits?.host === `${sub ?? ""}.acme.org`);
    expect(told?.status?.conditions).toContainEqual(expect.objectContaining({ reason: "TooManyNames" }));
    cluster.put("Domain", claim("coyote/own", "coyote.example", always));
    await clock.pass(3_000);
    expect(cluster.get("Certificate", "coyote/coyote.example-1")?.shown.names).toEqual(["coyote.example"]);
  },
);

test("a namespace whose orders nobody can read keeps nobody waiting whose orders wait for room behind its own", async () => {
  const cluster = new FakeCluster();
  const limits = { ...orders.limits, underWay: { all: 1, beyondFirst: 1 } };
  const running = run({ cluster, orders: { ...orders, limits } });
  const { clock } = running;
  const wants = async (from: string, more: object = {}): Promise<void> => {
    cluster.put("Namespace", namespace(from));
    const name = Object.keys(more).length === 0 ? "own" : "more";
    const spec = { ...fresh, certificatePolicy: "Always", ...more } as const;
    cluster.put("Domain", claim(`${from}/${name}`, `${from}.example`, spec));
    await clock.pass(15_000);
  };
  const issue = (from: string, more: Partial<OrderedCertificate> = {}): void => {
    const found = cluster.get("Certificate", `${from}/${from}.example-1`) as OrderedCertificate;
    const now = clock.now();
    const shown = { ...found.shown, ready: true, notBefore: now, notAfter: now + 90 * 24 * hour };
    cluster.put("Certificate", { ...found, shown, ...more });
  };
  await wants("evil");
  issue("evil");
  await wants("busy");
  await wants("evil", { sub: "more" });
  await wants("coyote");
  const names = (): readonly string[] => cluster.all("Certificate").flatMap(({ shown }) => shown.names);
  expect(names()).toEqual(["evil.example", "busy.example"]);
  const waits = (from: string) => cluster.get("DomainCertificate", `${from}/${from}.example`)?.report.waiting;
  expect(waits("evil")).toMatchObject([{ host: "more.evil.example", reason: "QueueFull" }]);
  expect(waits("coyote")).toMatchObject([{ host: "coyote.example", reason: "QueueFull" }]);
  cluster.fault = (call) => {
    if (call.startsWith("order state evil/"))
      throw new KubeError("induced", { status: 403, reason: "Forbidden", kind: "refused" });
  };
  issue("evil", { failure: { at: clock.now() + 1, message: "the order is invalid" } });
  await clock.pass(1_000);
  issue("busy");
  await clock.pass(5_000);
  expect(names()).toContain("coyote.example");
});

test("T4: renewals that are said to fail all the time, in a status that a tenant wrote, spend nobody's budget", async () => {
  const running = await served();
  const { clock, cluster } = running;
  let asked = 0;
  cluster.fault = (call) => {
    if (call.startsWith("order state")) asked += 1;
  };
  for (let i = 0; i < 500; i++) {
    const ours = cluster.get("Certificate", "acme-org/acme.org-1") as OrderedCertificate;
    // Now and then, and further and further in the future.
    const at = clock.now() + (i % 2 === 0 ? 0 : i * 60_000);
    cluster.put("Certificate", { ...ours, failure: { at, message: "it failed" } });
    await clock.pass(500);
  }
  const { account = 0, failures = 0 } = remembered(running)?.group.budgets ?? {};
  expect(account - clock.now()).toBeLessThanOrEqual(2 * letsEncryptLimits.account.refillMs);
  expect(failures - clock.now()).toBeLessThanOrEqual(2 * letsEncryptLimits.failures.refillMs);
  expect(asked).toBeLessThanOrEqual(2);
});
