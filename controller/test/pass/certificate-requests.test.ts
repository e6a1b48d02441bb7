import { afterEach, expect, test } from "vitest";
import { letsEncryptLimits } from "../../src/decide/certificates/limits.ts";
import { KubeError } from "../../src/kube/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, namespace } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import type { Asked } from "../support/fake-cluster.ts";
import { requestFor } from "../support/pki.ts";

const orders = {
  issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
  approveRequests: true,
  limits: { ...letsEncryptLimits, forgetMs: 0 },
} as const;

let running: Running;
afterEach(() => running.stop());

/** A controller that approves, over a cluster in which acme-org holds these hosts, and evil holds evil.example. */
async function approving(...hosts: readonly string[]): Promise<FakeCluster> {
  const cluster = new FakeCluster();
  acmeServes(cluster, ...hosts);
  cluster.put("Namespace", namespace("evil"));
  cluster.put("Domain", claim("evil/evil", "evil.example", fresh));
  running = run({ cluster, orders });
  await running.settled();
  return cluster;
}

const asking = async (...hosts: readonly string[]): Promise<Asked> => ({
  pem: await requestFor(hosts),
  isCA: false,
  usages: ["digital signature", "key encipherment"],
  validMs: 90 * 86_400_000,
});

test("T10: a request for hosts that its namespace holds is approved at once, and looked at once", async () => {
  const cluster = await approving("acme.org", "*.acme.org");
  cluster.ask("acme-org/web-1", await asking("acme.org", "*.acme.org"));
  await running.settled();
  expect(cluster.answers).toEqual(["acme-org/web-1 Approved HostsHeld: acme-org holds acme.org, *.acme.org"]);
  await running.clock.pass(120_000);
  expect(cluster.answers).toHaveLength(1);
});

test.each([
  [
    "another namespace's host",
    ["evil.example", "acme.org"],
    /acme\.org is held by the primary claim acme in namespace acme-org/,
  ],
  ["a name that nobody holds", ["free.example"], /evil does not hold free\.example/],
  ["a name below its own", ["www.evil.example"], /evil does not hold www\.evil\.example/],
  ["a wildcard above its own", ["*.evil.example"], /evil does not hold \*\.evil\.example/],
])("T10: %s is denied, after claims that come with it had their time", async (_what, hosts, said) => {
  const cluster = await approving("acme.org");
  cluster.ask("evil/web-1", await asking(...hosts), { created: running.clock.now() });
  await running.clock.pass(29_000);
  expect(cluster.answers).toEqual([]);
  await running.clock.pass(2_000);
  expect(cluster.answers).toEqual([expect.stringMatching(/^evil\/web-1 Denied HostNotHeld: /)]);
  expect(cluster.answers[0]).toMatch(said);
});

test("T10: a request that comes before its claim is approved as soon as the claim holds the host", async () => {
  const cluster = await approving("acme.org");
  cluster.ask("evil/web-1", await asking("late.example"), { created: running.clock.now() });
  await running.clock.pass(10_000);
  cluster.put("Domain", claim("evil/late", "late.example", fresh));
  await running.settled();
  expect(cluster.answers).toEqual([expect.stringMatching(/^evil\/web-1 Approved /)]);
});

test("T10: a request dated in the future waits no longer than others", async () => {
  const cluster = await approving("acme.org");
  cluster.ask("evil/web-1", await asking("acme.org"), { created: running.clock.now() + 3_600_000 });
  await running.clock.pass(31_000);
  expect(cluster.answers).toEqual([expect.stringMatching(/^evil\/web-1 Denied HostNotHeld/)]);
});

test.each([
  ["that signs others", { isCA: true }],
  ["with a usage that no server needs", { usages: ["code signing"] }],
  ["for years, which would outlive the claim", { validMs: 201 * 86_400_000 }],
  ["for a time that nobody can read", { validMs: Number.NaN }],
  ["that is no request", { pem: "x" }],
])("T10: one %s is denied at once, also for a host that the namespace holds", async (_what, more) => {
  const cluster = await approving("acme.org");
  cluster.ask("acme-org/web-1", { ...(await asking("acme.org")), ...more });
  await running.settled();
  expect(cluster.answers).toEqual([expect.stringMatching(/^acme-org\/web-1 Denied (NotOnlyHosts|RequestInvalid): /)]);
});

test("a request for another issuer, and one that somebody has decided, are neither read nor answered", async () => {
  const cluster = await approving("acme.org");
  const calls: string[] = [];
  cluster.fault = (call) => calls.push(call);
  cluster.ask("evil/other-1", await asking("acme.org"), {
    issuer: { group: "cert-manager.io", kind: "Issuer", name: "letsencrypt" },
  });
  cluster.ask("evil/other-2", await asking("acme.org"), {
    issuer: { group: "example.com", kind: "ClusterIssuer", name: "letsencrypt" },
  });
  cluster.ask("evil/done-1", await asking("acme.org"), { decided: true });
  await running.clock.pass(60_000);
  expect(calls.filter((call) => /^(request|answer)/.test(call))).toEqual([]);
});

test("a request that is replaced while it is read is answered for what it is then", async () => {
  const cluster = await approving("acme.org");
  const evil = await asking("acme.org");
  let swapped = false;
  cluster.fault = (call) => {
    if (call !== "answer evil/web-1" || swapped) return;
    swapped = true;
    cluster.ask("evil/web-1", evil, { created: running.clock.now() });
  };
  cluster.ask("evil/web-1", await asking("evil.example"));
  await running.clock.pass(60_000);
  expect(swapped).toBe(true);
  expect(cluster.answers).toEqual([expect.stringMatching(/^evil\/web-1 Denied /)]);
});

test("T10: a request that is made again for another issuer, before the watch shows it, is not answered", async () => {
  const cluster = await approving("acme.org");
  const asked = await asking("acme.org");
  cluster.fault = (call) => {
    if (call !== "request acme-org/web-1") return;
    cluster.fault = () => undefined;
    cluster.hold("CertificateRequest");
    cluster.ask("acme-org/web-1", asked, {
      issuer: { group: "cert-manager.io", kind: "ClusterIssuer", name: "internal-ca" },
    });
  };
  cluster.ask("acme-org/web-1", asked);
  await running.clock.pass(60_000);
  cluster.release();
  await running.clock.pass(60_000);
  expect(cluster.answers).toEqual([]);
});

test("without the setting nothing is answered", async () => {
  const cluster = new FakeCluster();
  acmeServes(cluster, "acme.org");
  running = run({ cluster, orders: { ...orders, approveRequests: false } });
  cluster.ask("acme-org/web-1", await asking("acme.org"));
  await running.clock.pass(60_000);
  expect(cluster.answers).toEqual([]);
});

test("ten thousand requests of one namespace are no hindrance to another's", { tags: "long" }, async () => {
  const cluster = await approving("acme.org");
  const bad = { pem: "x", isCA: false, usages: [], validMs: undefined };
  const good = await asking("acme.org");
  for (let i = 0; i < 10_000; i++) cluster.ask(`evil/flood-${String(i)}`, bad);
  cluster.ask("acme-org/web-1", good);
  await running.settled();
  expect(cluster.answers.findIndex((answer) => answer.startsWith("acme-org/"))).toBeLessThan(20);
  expect(cluster.answers).toHaveLength(10_001);
});

test("T10: an order of ours whose names are no longer all held is denied, and made again without them at once", async () => {
  const cluster = await approving("acme.org", "www.acme.org");
  await running.clock.pass(2_000);
  const ours = cluster.get("Certificate", "acme-org/acme.org-1");
  if (ours === undefined) throw new Error("nothing was ordered");
  expect(ours.shown.names).toEqual(["acme.org", "www.acme.org"]);
  cluster.remove("Domain", "acme-org", "www");
  await running.clock.pass(1_000);
  cluster.put("Certificate", { ...ours, failure: { at: running.clock.now(), message: "denied" } });
  await running.clock.pass(1_000);
  expect(cluster.all("Certificate").map(({ shown }) => shown.names)).toEqual([["acme.org"]]);
});

test("a new leader answers what nobody has answered", async () => {
  const cluster = await approving("acme.org");
  cluster.fault = (call) => {
    if (call.startsWith("answer")) throw new KubeError("induced", { status: 0, reason: "", kind: "unavailable" });
  };
  cluster.ask("acme-org/web-1", await asking("acme.org"));
  await running.settled();
  running.crash();
  cluster.fault = () => undefined;
  running = run({ cluster, clock: running.clock, kong: running.kong, orders });
  await running.settled();
  expect(cluster.answers).toEqual([expect.stringMatching(/^acme-org\/web-1 Approved /)]);
});

test(
  "T4: requests by hand for a namespace's own hosts are approved twenty at once, and then five an hour",
  { tags: "long" },
  async () => {
    const cluster = await approving("acme.org");
    const asked = await asking("acme.org");
    for (let i = 0; i < 60; i++) cluster.ask(`acme-org/flood-${String(i)}`, asked);
    cluster.ask("evil/own-1", await asking("evil.example"));
    let reads = 0;
    cluster.fault = (call) => void (reads += call.startsWith("request ") ? 1 : 0);
    await running.settled();
    const approved = (): number => cluster.answers.filter((answer) => /^acme-org.* Approved /.test(answer)).length;
    expect([approved(), cluster.answers.length]).toEqual([20, 21]);
    const before = reads;
    await running.clock.pass(3_600_000);
    expect(approved()).toBeGreaterThanOrEqual(24);
    expect(approved()).toBeLessThanOrEqual(25);
    // Those that wait are not all read again and again: two at a time, once a minute.
    expect(reads - before).toBeLessThanOrEqual(2 * 61);
  },
);

test("T4: an order of the controller's own is approved whatever else its namespace has asked for, and not again and again", async () => {
  const cluster = await approving("acme.org");
  const asked = await asking("acme.org");
  for (let i = 0; i < 60; i++) cluster.ask(`acme-org/flood-${String(i)}`, asked);
  await running.clock.pass(2_000);
  expect(cluster.get("Certificate", "acme-org/acme.org-1")).toBeDefined();
  const before = cluster.answers.length;
  const created = running.clock.now();
  // One that another Certificate of that name owned counts as a request by hand.
  const [theirs, ours] = [{ name: "acme.org-1", uid: "theirs" }, cluster.get("Certificate", "acme-org/acme.org-1")];
  for (let i = 0; i < 10; i++)
    cluster.ask(`acme-org/acme.org-1-theirs-${String(i)}`, asked, { certificate: theirs, created });
  await running.settled();
  expect(cluster.answers.length - before).toBe(0);
  for (let i = 0; i < 10; i++) cluster.ask(`acme-org/acme.org-1-${String(i)}`, asked, { certificate: ours, created });
  await running.settled();
  expect(cluster.answers.length - before).toBe(3);
});
