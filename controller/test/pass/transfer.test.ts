import { describe, expect, test } from "vitest";
import { letsEncryptLimits } from "../../src/decide/certificates/limits.ts";
import { KubeError } from "../../src/kube/errors.ts";
import type { OrderedCertificate } from "../../src/world/domain-certificate.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { takeServiceName } from "../support/foreign-service.ts";
import { accept, acmeAndCoyote, handOver, holderOfAcme, recordOfAcme } from "../support/handing-over.ts";
import { pairFor } from "../support/pki.ts";

const evil = claim("evil/acme", "acme.org", { ...fresh, created: "2020-01-01T00:00:00Z" });

/** Who has held acme.org, from now on and after every change. */
function holders(cluster: FakeCluster): Set<string | undefined> {
  const seen = new Set<string | undefined>();
  cluster.onChange = () => seen.add(holderOfAcme(cluster));
  return seen;
}

/** The services that `/` of acme.org leads to in Kong, from now on and after every write. */
function answering(kong: FakeKong): Set<string> {
  const seen = new Set<string>();
  kong.onWrite = () => seen.add(kong.routes().find((route) => route.startsWith("acme.org / ")) ?? "nothing");
  return seen;
}

/** A controller over a cluster in which acme-org serves acme.org, and another namespace has waited for it for long. */
async function serving(): Promise<Running> {
  const cluster = new FakeCluster();
  acmeAndCoyote(cluster);
  const running = run({ cluster });
  await running.settled();
  cluster.put("Namespace", namespace("evil"));
  cluster.put("Domain", evil);
  await running.settled();
  running.writes();
  return running;
}

test("N4: a host changes hands in one write, and its route in place; what the receiver does not serve goes", async () => {
  const { cluster, events, kong, settled, stop, writes } = await serving();
  const more = ingress("acme-org/more", [], {
    rules: [{ host: "acme.org", paths: [pathTo("/only-acme")] }],
  });
  cluster.put("Ingress", more);
  handOver(cluster, "coyote-org");
  await settled();
  expect(writes().filter((write) => write.includes(" acme.org acme-org/acme"))).toEqual([
    "update acme.org acme-org/acme",
  ]);
  expect(recordOfAcme(cluster)?.transfer).toEqual({ namespace: "coyote-org", uid: "uid-coyote-org", delegates: [] });
  expect(events.filter(({ reason }) => reason === "AwaitingAcceptance")).toHaveLength(1);

  const [seen, answers] = [holders(cluster), answering(kong)];
  accept(cluster);
  await settled();
  expect([...seen]).toEqual(["acme-org", "coyote-org"]);
  expect([...answers].sort()).toEqual(["acme.org / -> acme-org.web.80", "acme.org / -> coyote-org.web.80"]);
  const written = writes();
  expect(written.filter((write) => /^(create|update) acme\.org/.test(write))).toEqual([
    "update acme.org coyote-org/acme",
  ]);
  expect(written.filter((write) => write.includes("routes"))).toEqual([
    expect.stringMatching(/^remove routes acme\.org \/only-acme/),
    expect.stringMatching(/^update routes acme\.org \/ \{(?=.*service)/),
  ]);
  expect(kong.routes()).toEqual(["acme.org / -> coyote-org.web.80"]);
  expect(cluster.get("Domain", "coyote-org/acme")?.status).toMatchObject({ phase: "OK", stage: "Live" });
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ phase: "Failed", reason: "Transferred" });
  expect(recordOfAcme(cluster)).toMatchObject({
    transfer: undefined,
    history: [{ namespace: "acme-org", reason: "Transferred" }],
  });
  expect(events.find(({ reason }) => reason === "Transferred")).toMatchObject({
    ...{ type: "Normal", regarding: { namespace: "acme-org" } },
  });
  expect(events.some(({ reason, regarding }) => reason === "Held" && regarding.namespace === "coyote-org")).toBe(true);
  await stop();

  const again = run({ cluster, kong });
  await again.settled();
  expect(again.writes()).toEqual([]);
  await again.stop();
});

test("N4: where the receiver's route can't be had, the giver's does not go on in its place", async () => {
  const { cluster, kong, settled, stop } = await serving();
  takeServiceName(kong, "coyote-org.web.80");
  handOver(cluster, "coyote-org");
  await settled();
  accept(cluster);
  await settled();
  expect(holderOfAcme(cluster)).toBe("coyote-org");
  const programmed = cluster
    .get("Domain", "coyote-org/acme")
    ?.status?.conditions?.find(({ type }) => type === "Programmed");
  expect(programmed?.reason).toBe("ForeignEntity");
  expect(kong.routes()).toEqual([]);
  await stop();
});

test("N4: what was handed over stays where it is, whatever becomes of the claim and the namespace that handed it over", async () => {
  const { cluster, kong, settled, stop, writes } = await serving();
  handOver(cluster, "coyote-org");
  accept(cluster);
  await settled();
  writes();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  cluster.remove("Ingress", "acme-org", "web");
  cluster.remove("Namespace", "acme-org", "");
  cluster.remove("Namespace", "", "acme-org");
  await settled();
  expect(writes().filter((write) => /routes|acme\.org coyote|acme\.org -/.test(write))).toEqual([]);
  expect(kong.routes()).toEqual(["acme.org / -> coyote-org.web.80"]);
  expect(holderOfAcme(cluster)).toBe("coyote-org");
  await stop();
});

test("N4: a host that is accepted twice, and released by the first who did, goes to those who wait, and not back", async () => {
  const { cluster, settled, stop } = await serving();
  handOver(cluster, "coyote-org");
  accept(cluster);
  accept(cluster, { name: "second", uid: "uid-second", created: "2026-05-01T00:00:00Z" });
  await settled();
  expect(recordOfAcme(cluster)?.holder).toMatchObject({ namespace: "coyote-org", name: "acme" });
  expect(cluster.get("Domain", "coyote-org/second")?.status).toMatchObject({ reason: "AlreadyClaimed" });
  cluster.remove("Domain", "coyote-org", "second");
  cluster.remove("Domain", "coyote-org", "acme");
  await settled();
  expect(holderOfAcme(cluster)).toBe("evil");
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ reason: "Transferred" });
  await stop();
});

test("N4: a receiver that has reached its limit of claims is told so, and has the host when it has made room", async () => {
  const cluster = new FakeCluster();
  acmeAndCoyote(cluster);
  cluster.put("Domain", claim("coyote-org/own", "own.example", { ...fresh, created: "2025-01-01T00:00:00Z" }));
  const { settled, stop } = run({ cluster, claimLimits: { claimsPerNamespace: 1 } });
  await settled();
  handOver(cluster, "coyote-org");
  accept(cluster);
  await settled();
  expect(cluster.get("Domain", "coyote-org/acme")?.status).toMatchObject({ reason: "TooManyClaims" });
  expect(holderOfAcme(cluster)).toBe("acme-org");
  cluster.remove("Domain", "coyote-org", "own");
  await settled();
  expect(holderOfAcme(cluster)).toBe("coyote-org");
  await stop();
});

test("N4: a host that redirects is served by the receiver's Ingress by one write of its route", async () => {
  const { cluster, kong, settled, stop, writes } = await serving();
  const known = cluster.get("Domain", "acme-org/acme");
  if (known === undefined) throw new Error("there is no claim");
  const redirect = { host: "elsewhere.example", statusCode: 308, keepPath: true } as const;
  cluster.put("Domain", { ...known, redirect, transferTo: "coyote-org", generation: 2 });
  await settled();
  writes();
  accept(cluster);
  await settled();
  expect(writes().filter((write) => write.includes("routes"))).toEqual([
    expect.stringMatching(/^update routes acme\.org \/ \{(?=.*service)/),
  ]);
  expect(kong.routes()).toEqual(["acme.org / -> coyote-org.web.80"]);
  await stop();
});

describe("N4: a stale cache hands nothing over", () => {
  test.each<[string, "Domain" | "Namespace", (cluster: FakeCluster) => void]>([
    ["that was taken back", "Domain", (cluster) => handOver(cluster, undefined)],
    ["that goes elsewhere", "Domain", (cluster) => handOver(cluster, "evil")],
    ["whose claim is being deleted", "Domain", (cluster) => cluster.remove("Domain", "acme-org", "acme")],
    [
      "to a namespace that was made anew",
      "Namespace",
      (cluster) => cluster.put("Namespace", namespace("coyote-org", "2")),
    ],
    ["to a namespace that is gone", "Namespace", (cluster) => cluster.remove("Namespace", "", "coyote-org")],
  ])("%s", async (_, kind, change) => {
    const { cluster, clock, settled, stop } = await serving();
    handOver(cluster, "coyote-org");
    await settled();
    const seen = holders(cluster);
    const asked = kind === "Domain" ? "get acme-org/acme" : "namespace coyote-org";
    let asks = 0;
    cluster.fault = (call) => {
      if (call !== asked || (asks += 1) > 1) return;
      cluster.hold(kind);
      change(cluster);
    };
    accept(cluster);
    await settled();
    await clock.pass(10_000);
    expect(asks).toBeGreaterThan(0);
    expect(seen.has("coyote-org")).toBe(false);
    cluster.release();
    await settled();
    expect(seen.has("coyote-org")).toBe(false);
    await stop();
  });

  test("since what it rests on is read from the API server itself, and a failure there keeps everything as it is", async () => {
    const { cluster, clock, settled, stop } = await serving();
    handOver(cluster, "coyote-org");
    await settled();
    cluster.fault = (call) => {
      if (call === "get acme-org/acme") throw new KubeError("induced", { status: 0, reason: "", kind: "unavailable" });
    };
    accept(cluster);
    await settled();
    await clock.pass(5000);
    expect(holderOfAcme(cluster)).toBe("acme-org");
    cluster.fault = () => undefined;
    await clock.pass(60_000);
    expect(holderOfAcme(cluster)).toBe("coyote-org");
    await stop();
  });
});

test("N4: wherever the controller is killed, the next one ends the same, nobody comes in between, and no request is lost", async () => {
  for (let writesLeft = 0; writesLeft < 12; writesLeft++) {
    const cluster = new FakeCluster();
    const kong = new FakeKong();
    const clock = new FakeClock();
    acmeAndCoyote(cluster);
    const first = run({ cluster, kong, clock });
    await first.settled();
    cluster.put("Namespace", namespace("evil"));
    cluster.put("Domain", evil);
    await first.settled();
    const [seen, answers] = [holders(cluster), answering(kong)];
    let left = writesLeft;
    const kill = (): boolean => {
      if (left === 0) first.crash();
      left -= 1;
      return false;
    };
    cluster.answerLost = kill;
    kong.answerLost = kill;
    handOver(cluster, "coyote-org");
    await first.settled();
    accept(cluster);
    await first.settled();
    await clock.pass(5000);
    cluster.answerLost = () => false;
    kong.answerLost = () => false;
    first.crash();
    const next = run({ cluster, kong, clock });
    await next.settled();
    await clock.pass(5000);
    expect([...seen].sort(), `killed after ${String(writesLeft)} writes`).toEqual(["acme-org", "coyote-org"]);
    expect(answers.has("nothing")).toBe(false);
    expect(kong.routes()).toEqual(["acme.org / -> coyote-org.web.80"]);
    await next.stop();
  }
});

test("N4: while the answer to the one write is lost, the host is served as before, and then as it says", async () => {
  const { cluster, clock, kong, settled, stop } = await serving();
  handOver(cluster, "coyote-org");
  await settled();
  const seen = holders(cluster);
  let lost = 0;
  cluster.answerLost = (call) => call === "update acme.org" && (lost += 1) === 1;
  cluster.fault = (call) => {
    if (lost > 0 && call === "record acme.org")
      throw new KubeError("induced", { status: 0, reason: "", kind: "unavailable" });
  };
  cluster.hold("HostRecord");
  accept(cluster);
  await settled();
  expect(lost).toBe(1);
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  cluster.fault = () => undefined;
  cluster.release();
  await clock.pass(60_000);
  expect(kong.routes()).toEqual(["acme.org / -> coyote-org.web.80"]);
  expect([...seen]).toEqual(["acme-org", "coyote-org"]);
  await stop();
});

test(
  "N4: a domain with a thousand names below it costs one write more for each record that names the authority",
  { tags: "long" },
  async () => {
    const cluster = new FakeCluster();
    const count = 1000;
    acmeAndCoyote(cluster);
    cluster.put("Namespace", namespace("marvin-org"));
    cluster.put("Service", service("marvin-org/web"));
    const known = cluster.get("Domain", "acme-org/acme");
    if (known === undefined) throw new Error("there is no claim");
    cluster.put("Domain", { ...known, delegates: ["marvin-org"] });
    const hosts = Array.from({ length: count }, (_, i) => `n${String(i)}.acme.org`);
    const served = hosts.slice(0, 50);
    for (const [i, host] of hosts.entries()) {
      const at = `marvin-org/n${String(i)}`;
      const nested = i % 2 === 0;
      const of = { ...fresh, sub: `n${String(i)}`, parent: "acme-org" };
      cluster.put("Domain", nested ? claim(at, host, fresh) : claim(at, "acme.org", of));
    }
    cluster.put("Ingress", ingress("marvin-org/web", served));
    const { kong, settled, stop, writes } = run({ cluster, claimLimits: { claimsPerNamespace: 2 * count } });
    /** Work makes room for others after a while, so that a lot of it takes more waits than one. */
    const allSettled = async (): Promise<void> => {
      for (let quiet = 0; quiet < 3;) {
        const before = kong.writes.length + cluster.writes.length;
        await settled();
        quiet = kong.writes.length + cluster.writes.length === before ? quiet + 1 : 0;
      }
    };
    await allSettled();
    expect(kong.routes()).toHaveLength(served.length + 1);
    handOver(cluster, "coyote-org");
    await allSettled();
    writes();
    const lost = new Set<string>();
    kong.onWrite = () => {
      if (kong.stored.routes.size !== served.length + 1) lost.add("a route");
    };
    accept(cluster, { delegates: ["marvin-org"] });
    await allSettled();
    const written = writes();
    const records = written.filter((write) => /^update \S*acme\.org /.test(write));
    expect(records.filter((write) => write === "update acme.org coyote-org/acme")).toHaveLength(1);
    expect(records.filter((write) => write.startsWith("update n"))).toHaveLength(count / 2);
    expect(records).toHaveLength(1 + count / 2);
    expect(written.filter((write) => / (routes|services|plugins) /.test(write))).toHaveLength(3);
    expect([...lost]).toEqual([]);
    for (const host of hosts)
      expect(cluster.get("HostRecord", host)?.holder).toMatchObject({ namespace: "marvin-org" });
    await stop();
  },
);

describe("N4: over TLS", () => {
  const orders = {
    issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
    approveRequests: false,
    limits: letsEncryptLimits,
  } as const;

  /** acme-org serves acme.org over TLS with its Secret, and hands it over. */
  async function handing(more: Parameters<typeof run>[0] = {}): Promise<Running> {
    const cluster = new FakeCluster();
    acmeAndCoyote(cluster);
    cluster.putSecret("acme-org/web-tls", await pairFor(["acme.org"]));
    const tls = [{ secretName: "web-tls", hosts: ["acme.org"] }];
    cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { tls }));
    const running = run({ cluster, ...more });
    await running.settled();
    expect(running.kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
    handOver(cluster, "coyote-org");
    await running.settled();
    running.writes();
    return running;
  }
  const sniWrites = ({ writes }: Running): readonly string[] => writes().filter((write) => / snis /.test(write));

  test("the SNI goes from the giver's certificate to the receiver's own by one write", async () => {
    const running = await handing();
    const { cluster, kong, settled, stop } = running;
    cluster.putSecret("coyote-org/web-tls", await pairFor(["acme.org"]));
    const tls = [{ secretName: "web-tls", hosts: ["acme.org"] }];
    cluster.put("Ingress", ingress("coyote-org/web", ["acme.org"], { tls }));
    accept(cluster);
    await settled();
    expect(sniWrites(running)).toEqual(["update snis acme.org {certificate,tags}"]);
    expect(kong.snis()).toEqual(["acme.org -> coyote-org/web-tls"]);
    await stop();
  });

  /** coyote-org has accepted, and names a Secret that is not there. */
  async function withGiversSecret(): Promise<Running> {
    const running = await handing();
    const { cluster, kong, settled } = running;
    const tls = [{ secretName: "web-tls", hosts: ["acme.org"] }];
    cluster.put("Ingress", ingress("coyote-org/web", ["acme.org"], { tls }));
    accept(cluster);
    await settled();
    expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
    return running;
  }

  test("while the Secret that the receiver names is not there, the giver's serves, for as long as that is", async () => {
    const { cluster, kong, settled, stop } = await withGiversSecret();
    cluster.removeSecret("acme-org/web-tls");
    await settled();
    expect(kong.snis()).toEqual([]);
    await stop();
  });

  test("a namespace that is made anew under the giver's name does not have the receiver's host served with its key", async () => {
    const { cluster, kong, settled, stop } = await withGiversSecret();
    cluster.put("Namespace", namespace("acme-org", "somebody-else"));
    await settled();
    expect(kong.snis()).toEqual([]);
    await stop();
  });

  test("a host of whose new holder nothing asks for TLS is served without", async () => {
    const running = await handing();
    accept(running.cluster);
    await running.settled();
    expect(running.kong.snis()).toEqual([]);
    await running.stop();
  });

  test("where certificates are ordered, the giver's serves until the receiver's is issued", async () => {
    const running = await handing({ orders });
    const { clock, cluster, kong, settled, stop } = running;
    accept(cluster);
    await settled();
    await clock.pass(20_000);
    expect(sniWrites(running)).toEqual([]);
    const ordered = cluster.get("Certificate", "coyote-org/acme.org-1") as OrderedCertificate;
    cluster.putSecret("coyote-org/acme.org-1", await pairFor(["acme.org"]));
    const now = clock.now();
    const shown = { ...ordered.shown, ready: true, notBefore: now, notAfter: now + 90 * 86_400_000 };
    cluster.put("Certificate", { ...ordered, shown });
    await clock.pass(5000);
    expect(sniWrites(running)).toEqual(["update snis acme.org {certificate,tags}"]);
    expect(kong.snis()).toEqual(["acme.org -> coyote-org/acme.org-1"]);
    await stop();
  });

  test("but not for a claim that has none ordered", async () => {
    const running = await handing({ orders });
    accept(running.cluster, { certificatePolicy: "Never" });
    await running.settled();
    expect(running.kong.snis()).toEqual([]);
    await running.stop();
  });
});

/** A path that the Service `web` serves. */
function pathTo(path: string): { readonly path: string; readonly pathType: string; readonly backend: unknown } {
  return { path, pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } };
}
