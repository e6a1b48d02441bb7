import { afterEach, expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { pairFor } from "../support/pki.ts";

const pair = await pairFor(["acme.org"]);
const wide = await pairFor(["acme.org", "*.acme.org", "evil.example"]);
const other = await pairFor(["other.example"]);

let running: Running;
afterEach(() => running.stop());

const tls = (secretName: string, ...hosts: readonly string[]): { tls: unknown } => ({ tls: [{ secretName, hosts }] });
const refusals = (claimKey: string): readonly string[] =>
  (running.cluster.get("Domain", claimKey)?.status?.sources ?? []).flatMap((source) =>
    source.refusals.map(({ reason, message }) => `${source.name} ${reason}: ${message}`),
  );

/** Has acme-org serve acme.org with a Secret, and evil hold evil.example and serve it with whatever it likes. */
async function both(evilPair: typeof pair, type?: string): Promise<void> {
  running = run();
  const { cluster, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  cluster.put("Namespace", namespace("evil"));
  cluster.put("Service", service("evil/web"));
  cluster.put("Domain", claim("evil/evil", "evil.example", fresh));
  cluster.putSecret("evil/bad-tls", evilPair, type);
  cluster.put("Ingress", ingress("evil/web", ["evil.example"], tls("bad-tls")));
  await settled();
}

test.each<[string, typeof pair, string | undefined, RegExp]>([
  ["of a megabyte", { cert: wide.cert.repeat(1_300), key: wide.key }, undefined, /more than 64 KiB/],
  ["of thousands of blocks", { cert: wide.cert.repeat(60), key: wide.key }, undefined, /more than 10 certificates/],
  ["of another type", wide, "Opaque", /there is no Secret bad-tls of the type kubernetes\.io\/tls/],
  ["with another key", { cert: wide.cert, key: pair.key }, undefined, /does not belong/],
])("T8: a Secret %s serves nobody and harms nobody, and its route goes on", async (_what, evilPair, type, said) => {
  await both(evilPair, type);
  const { kong } = running;
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect(kong.routes()).toHaveLength(2);
  expect(refusals("evil/evil")).toEqual([expect.stringMatching(said)]);
  expect(refusals("acme-org/acme")).toEqual([]);
});

test("X2: a Secret of a hundred thousand keys is not read, its owner is told, and what is right again serves", async () => {
  running = run();
  const { clock, cluster, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  cluster.fault = (call) => {
    if (call === "secret acme-org/web-tls")
      throw new KubeError("induced", { status: 200, reason: "TooLong", kind: "tooLarge" });
  };
  await settled();
  await clock.pass(60_000);
  expect(kong.snis()).toEqual([]);
  expect(refusals("acme-org/acme")).toEqual([expect.stringMatching(/CertificateInvalid: .*more than 512 KiB in all/)]);
  cluster.fault = () => undefined;
  cluster.putSecret("acme-org/web-tls", pair);
  await clock.pass(10_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
});

test("a Secret is read only for a host that its namespace holds, and its texts are in nothing that is kept or said", async () => {
  await both({ cert: wide.cert, key: pair.key });
  const { cluster, events } = running;
  cluster.putSecret("acme-org/unnamed", pair);
  cluster.putSecret("evil/acme-tls", pair);
  cluster.put("Ingress", ingress("evil/acme", ["acme.org"], tls("acme-tls")));
  await running.settled();
  expect([...new Set(cluster.secretReads)].sort()).toEqual(["acme-org/web-tls", "evil/bad-tls"]);
  const said = JSON.stringify([events, cluster.all("Domain"), cluster.all("HostRecord"), cluster.all("Ingress")]);
  for (const text of [pair.cert, pair.key, wide.cert]) {
    const line = text.split("\n")[2] ?? "";
    expect(line.length).toBeGreaterThan(30);
    expect(said).not.toContain(line);
  }
});

test("X1: a Secret that changes all the time is read and written at a bounded rate, and in the end it is what it is", async () => {
  await both(wide);
  const { clock, cluster, kong } = running;
  const [reads, writes] = [cluster.secretReads.length, kong.writes.length];
  for (let i = 0; i < 300; i++) {
    cluster.putSecret("evil/bad-tls", i % 2 === 0 ? other : wide);
    await clock.pass(100);
  }
  // Within 30 s: five at once, then one in five seconds; each may be read once more to be written.
  expect(cluster.secretReads.length - reads).toBeLessThan(30);
  expect(kong.writes.length - writes).toBeLessThan(30);
  cluster.putSecret("evil/bad-tls", wide);
  await clock.pass(10_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls", "evil.example -> evil/bad-tls"]);
});

test("X2: a Secret of many hosts that is touched all the time has none of them decided again", async () => {
  const runs = new Map<string, number>();
  running = run({ observeQueue: (queue) => runs.set(queue, (runs.get(queue) ?? 0) + 1) });
  const { clock, cluster, settled } = running;
  const hosts = Array.from({ length: 50 }, (_, i) => `x${String(i)}.acme.org`);
  acmeServes(cluster, ...hosts);
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  for (const [what, content] of [
    ["usable", wide],
    ["useless", { cert: wide.cert, key: pair.key }],
  ] as const) {
    cluster.putSecret("acme-org/wide-tls", content);
    cluster.put("Ingress", ingress("acme-org/web", hosts, tls("wide-tls")));
    await settled();
    await clock.pass(30_000);
    const before = runs.get("host") ?? 0;
    for (let i = 0; i < 100; i++) {
      cluster.putSecret("acme-org/wide-tls", content);
      await clock.pass(10);
    }
    expect({ what, decided: (runs.get("host") ?? 0) - before }).toEqual({ what, decided: 0 });
  }
  expect(running.kong.snis()).toHaveLength(50);
});

test("X1: of very many Secrets for one host the first count, and the others are neither read nor watched", async () => {
  await both(other);
  const { cluster, kong, settled } = running;
  for (let i = 0; i < 40; i++) {
    const name = `many-${String(i).padStart(2, "0")}`;
    cluster.putSecret(`evil/${name}`, i === 39 ? wide : other);
    cluster.put("Ingress", ingress(`evil/${name}`, ["evil.example"], tls(name)));
  }
  await settled();
  expect(new Set(cluster.secretReads.filter((read) => read.startsWith("evil/many-"))).size).toBe(10);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  const { events } = running;
  expect(events.map(({ note }) => note)).toContainEqual(
    expect.stringContaining("more than 10 Secrets are named for it"),
  );
});

test("T8: of two Ingresses that name different Secrets the older one's serves, and where it can't, the other's", async () => {
  running = run();
  const { cluster, events, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/old-tls", pair);
  cluster.putSecret("acme-org/new-tls", wide);
  cluster.put("Ingress", ingress("acme-org/a", ["acme.org"], { created: "2026-02-01T00:00:00Z", ...tls("new-tls") }));
  cluster.put("Ingress", ingress("acme-org/b", ["acme.org"], { created: "2026-01-01T00:00:00Z", ...tls("old-tls") }));
  await settled();
  expect(kong.snis()).toEqual(["acme.org -> acme-org/old-tls"]);
  expect(events.map(({ regarding, reason }) => `${regarding.name} ${reason}`)).toContain("a CertificateNotUsed");
  expect(refusals("acme-org/acme").filter((told) => told.includes("Certificate"))).toEqual([]);
  running.writes();
  cluster.putSecret("acme-org/old-tls", other);
  await settled();
  expect(kong.snis()).toEqual(["acme.org -> acme-org/new-tls"]);
  expect(running.writes().filter((write) => write.includes(" snis "))).toEqual([
    "update snis acme.org {certificate,tags}",
  ]);
});

test("T7: a host that is lost while its Secret is read, or read again to be written, gets no SNI", async () => {
  for (const reading of [1, 2]) {
    running = run();
    const { cluster, clock, kong, settled } = running;
    acmeServes(cluster, "acme.org");
    cluster.putSecret("acme-org/web-tls", pair);
    cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
    cluster.fault = (call) => {
      if (call === "secret acme-org/web-tls" && cluster.secretReads.length === reading - 1)
        cluster.remove("Domain", "acme-org", "acme");
    };
    await settled();
    await clock.pass(30_000);
    expect(cluster.secretReads.length).toBeGreaterThanOrEqual(reading);
    expect(kong.snis()).toEqual([]);
    expect(kong.stored.certificates.size).toBe(0);
    expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
    await running.stop();
  }
});

test("T8: an Ingress without a rule for the host may name its Secret, and is told in the claim what is wrong with it", async () => {
  running = run();
  const { cluster, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", other);
  cluster.put("Ingress", ingress("acme-org/other", ["www.acme.org"], tls("web-tls", "acme.org")));
  await settled();
  expect(refusals("acme-org/acme")).toEqual([expect.stringMatching(/^other CertificateHostMismatch/)]);
  cluster.putSecret("acme-org/web-tls", pair);
  await settled();
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect(refusals("acme-org/acme")).toEqual([]);
});

test("a wildcard's certificate serves the wildcard, and each host that is held below it by an SNI of its own", async () => {
  running = run();
  const { cluster, kong, settled } = running;
  acmeServes(cluster, "acme.org", "*.acme.org", "www.acme.org");
  cluster.putSecret("acme-org/wide-tls", wide);
  const hosts = ["acme.org", "*.acme.org", "www.acme.org"];
  cluster.put("Ingress", ingress("acme-org/web", hosts, tls("wide-tls", "acme.org", "*.acme.org")));
  await settled();
  expect(kong.snis()).toEqual(hosts.map((host) => `${host} -> acme-org/wide-tls`).sort());
  expect(kong.stored.certificates.size).toBe(1);
});

test("a Secret that the controller may not read is told, and read as soon as it may be, also one that no watch shows", async () => {
  running = run();
  const { cluster, clock, kong, settled } = running;
  cluster.hold("Secret");
  const { KubeError } = await import("../../src/kube/errors.ts");
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  cluster.fault = (call) => {
    if (call.startsWith("secret ")) throw new KubeError("no", { status: 403, reason: "Forbidden", kind: "refused" });
  };
  await settled();
  expect(kong.routes()).toHaveLength(1);
  expect(refusals("acme-org/acme")).toEqual([expect.stringContaining("which the controller may not read")]);
  cluster.fault = () => undefined;
  await clock.pass(61_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
});

test("T8: Kong and the API server go away and come back: HTTPS is there in the end, with no write too many", async () => {
  running = run();
  const { cluster, clock, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  kong.away = true;
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  await settled();
  kong.away = false;
  await clock.pass(120_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect(kong.writes.filter((write) => / (certificates|snis) /.test(write))).toEqual([
    "create certificates acme-org/web-tls",
    "create snis acme.org",
  ]);
});
