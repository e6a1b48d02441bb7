import { afterEach, expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { tagsOf } from "../../src/plan/kong/tags.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, service, settings } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { pairFor } from "../support/pki.ts";

const pair = await pairFor(["acme.org", "www.acme.org"]);
const renewed = await pairFor(["acme.org"]);
const other = await pairFor(["other.example"]);

let running: Running;
afterEach(() => running.stop());

const tls = (secretName: string, ...hosts: readonly string[]): { tls: unknown } => ({ tls: [{ secretName, hosts }] });
/** What has been written since the last call to Kong that has to do with certificates. */
const tlsWrites = (): readonly string[] => running.writes().filter((write) => / (certificates|snis) /.test(write));
/** What the claim of acme.org says of its certificates. */
const told = (): readonly string[] =>
  (running.cluster.get("Domain", "acme-org/acme")?.status?.sources ?? []).flatMap(({ refusals }) =>
    refusals.map(({ reason, message }) => `${reason}: ${message}`),
  );

/** Has acme-org hold acme.org and serve it with the Secret web-tls. */
async function served(): Promise<void> {
  running = run();
  const { cluster, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls", "acme.org")));
  await settled();
}

test("T8: a Secret that an Ingress names serves the host that its namespace holds, and the second pass writes nothing", async () => {
  await served();
  const { clock, cluster, kong, settled } = running;
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect([...kong.stored.certificates.values()]).toMatchObject([pair]);
  expect(kong.routes()).toHaveLength(1);
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ stage: "Live" });
  expect(told()).toEqual([]);
  running.writes();
  await clock.pass(120_000);
  expect(running.writes()).toEqual([]);

  await running.stop();
  running = run({ cluster, kong });
  await settled();
  expect(running.writes()).toEqual([]);
});

test("T7: a host goes from one Secret to another by one change of its SNI, and the certificate that nobody needs goes", async () => {
  await served();
  const { cluster, kong, settled } = running;
  cluster.putSecret("acme-org/next-tls", renewed);
  running.writes();
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("next-tls", "acme.org")));
  await settled();
  expect(tlsWrites()).toEqual([
    "create certificates acme-org/next-tls",
    "update snis acme.org {certificate,tags}",
    "remove certificates acme-org/web-tls",
  ]);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/next-tls"]);
});

test("T7: while a host's move to another certificate had no answer, the one that may serve it still stays in Kong", async () => {
  await served();
  const { clock, cluster, kong, settled } = running;
  cluster.putSecret("acme-org/next-tls", renewed);
  kong.fault = (call) => {
    if (call === "update snis" || call.startsWith("get snis"))
      throw new KongError("induced: no answer", { kind: "unavailable", outcomeUnknown: call === "update snis" });
  };
  running.writes();
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("next-tls", "acme.org")));
  await settled();
  await clock.pass(5000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  kong.fault = () => undefined;
  await clock.pass(60_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/next-tls"]);
  expect(kong.stored.certificates.size).toBe(1);
  expect(tlsWrites().filter((write) => /(create|remove) snis/.test(write))).toEqual([]);
});

test("T6: a Secret that is renewed is changed in place", async () => {
  await served();
  const { cluster, kong, settled } = running;
  running.writes();
  cluster.putSecret("acme-org/web-tls", renewed);
  await settled();
  expect(tlsWrites()).toEqual(["update certificates acme-org/web-tls {cert,key}"]);
  expect([...kong.stored.certificates.values()]).toMatchObject([renewed]);
});

test("T7: when the host is lost, its SNI goes with its routes before the record is released", async () => {
  await served();
  const { cluster, kong, settled } = running;
  running.writes();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  const order = running.writes().filter((write) => /^(remove (routes|snis)|update acme.org)/.test(write));
  expect(order).toEqual(["remove routes acme.org /", "remove snis acme.org", "update acme.org -"]);
  expect(kong.stored.certificates.size).toBe(0);
});

test("O9: a host is released only when its SNI is gone, too", async () => {
  await served();
  const { clock, cluster, kong, settled } = running;
  kong.fault = (call) => {
    if (call === "remove snis") throw new KongError("induced", { kind: "unavailable" });
  };
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("HostRecord", "acme.org")?.holder).toMatchObject({ namespace: "acme-org" });
  kong.fault = () => undefined;
  await clock.pass(70_000);
  expect(kong.snis()).toEqual([]);
  expect(cluster.get("HostRecord", "acme.org")?.holder).toBeUndefined();
});

test("T7: a server name that somebody else has in Kong is left alone and said; the routes go on", async () => {
  running = run();
  const { clock, cluster, kong, settled } = running;
  kong.put("certificates", { id: "theirs", ...other, cert_alt: null, key_alt: null, tags: [] });
  kong.put("snis", { id: "their-sni", name: "acme.org", certificate: { id: "theirs" }, tags: [] });
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  await settled();
  expect(kong.stored.snis.get("their-sni")?.certificate.id).toBe("theirs");
  expect(kong.routes()).toHaveLength(1);
  expect(told()).toEqual([
    expect.stringMatching(
      /^ForeignEntity: https:\/\/acme\.org is not served with the Secret web-tls: Kong has a server name/,
    ),
  ]);
  expect(running.events.map(({ reason }) => reason)).toContain("ForeignEntity");

  kong.stored.snis.delete("their-sni");
  await clock.pass(120_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect(told()).toEqual([]);
});

test("T8: a Secret that is deleted serves nobody any more, and one that comes back does", async () => {
  await served();
  const { cluster, kong, settled } = running;
  cluster.removeSecret("acme-org/web-tls");
  await settled();
  expect(kong.snis()).toEqual([]);
  expect(kong.stored.certificates.size).toBe(0);
  expect(told()).toEqual([
    "CertificateNotFound: https://acme.org is not served: there is no Secret web-tls of the type kubernetes.io/tls; make it: kubectl create secret tls web-tls --cert=FILE --key=FILE",
  ]);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[2]).toMatchObject({
    ...{ type: "Ready", status: "False", reason: "CertificateNotFound" },
  });
  cluster.putSecret("acme-org/web-tls", pair);
  await settled();
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect(told()).toEqual([]);
});

test("T6: a Secret whose key no longer matches keeps the pair that was there, until it is mended, and says so", async () => {
  await served();
  const { clock, cluster, kong, settled } = running;
  running.writes();
  cluster.putSecret("acme-org/web-tls", { cert: pair.cert, key: renewed.key });
  await settled();
  expect(tlsWrites()).toEqual([]);
  expect(told()).toEqual([
    expect.stringMatching(
      /^CertificateInvalid: .*private key that does not belong.*until then what Kong had before goes on$/,
    ),
  ]);
  // Whoever leads next finds the same, and leaves it so.
  await running.stop();
  running = run({ cluster, kong });
  await settled();
  await clock.pass(120_000);
  expect(tlsWrites()).toEqual([]);
  cluster.putSecret("acme-org/web-tls", renewed);
  await settled();
  expect(tlsWrites()).toEqual(["update certificates acme-org/web-tls {cert,key}"]);
});

test("T6: while the Secret that an Ingress names now does not exist yet, the one before serves", async () => {
  await served();
  const { cluster, kong, settled } = running;
  running.writes();
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("next-tls", "acme.org")));
  await settled();
  expect(tlsWrites()).toEqual([]);
  expect(told()).toEqual([expect.stringContaining("until then what Kong had before goes on")]);
  cluster.removeSecret("acme-org/web-tls");
  await settled();
  expect(kong.snis()).toEqual([]);
});

test("T8: an Ingress that names no Secret any more is served without one", async () => {
  await served();
  const { cluster, kong, settled } = running;
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(kong.snis()).toEqual([]);
  expect(kong.stored.certificates.size).toBe(0);
  expect(kong.routes()).toHaveLength(1);
});

test("T6: a certificate is served from the moment on from which it is valid, and one that expires is said", async () => {
  running = run();
  const { clock, cluster, kong, settled } = running;
  const now = clock.now();
  const [notBefore, notAfter] = [new Date(now + 60_000), new Date(now + 600_000)];
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", await pairFor(["acme.org"], { notBefore, notAfter }));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  await settled();
  expect(kong.snis()).toEqual([]);
  expect(told()).toEqual([
    expect.stringMatching(/^CertificateNotYetValid: .*is not valid before 2026-04-04 12:01 UTC/),
  ]);
  await clock.pass(61_000);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
  expect(told()).toEqual([]);
  await clock.pass(600_000);
  expect(told()).toEqual([expect.stringMatching(/^CertificateExpired: .*expired at 2026-04-04 12:10 UTC/)]);
  expect(kong.snis()).toEqual(["acme.org -> acme-org/web-tls"]);
});

test("T8: a certificate of another namespace can't be meant, and one for somebody else's host serves nothing", async () => {
  running = run();
  const { cluster, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Namespace", namespace("evil"));
  cluster.put("Service", service("evil/web"));
  cluster.put("Domain", claim("evil/evil", "evil.example", fresh));
  cluster.put("Ingress", ingress("evil/web", ["acme.org", "evil.example"], tls("web-tls")));
  await settled();
  expect(kong.snis()).toEqual([]);
  expect(cluster.secretReads).toEqual(["evil/web-tls"]);
  cluster.putSecret("evil/web-tls", pair);
  await settled();
  expect(kong.snis()).toEqual([]);
  expect(kong.stored.certificates.size).toBe(0);
  expect(cluster.get("Domain", "evil/evil")?.status?.sources?.[0]?.refusals).toMatchObject([
    {
      reason: "CertificateHostMismatch",
      message: expect.stringContaining("whose certificate is for acme.org, www.acme.org"),
    },
  ]);
});

test("L7: an edited certificate and an edited SNI are mended, and what imitates our tag goes", async () => {
  await served();
  const { clock, kong } = running;
  const [certificate] = [...kong.stored.certificates.values()];
  const [sni] = [...kong.stored.snis.values()];
  if (certificate === undefined || sni === undefined) throw new Error("nothing is served");
  kong.put("certificates", { ...certificate, ...other });
  const tags = tagsOf(settings, { kind: "Secret", namespace: "acme-org", name: "imitation" });
  kong.put("certificates", { ...certificate, ...other, id: "imitation", tags });
  kong.put("snis", { ...sni, certificate: { id: "imitation" } });
  kong.put("snis", { ...sni, id: "imitation", name: "bank.example", tags: [settings.kongTag] });
  running.writes();
  await clock.pass(60_000);
  expect([...tlsWrites()].sort()).toEqual([
    "remove certificates acme-org/imitation",
    "remove snis bank.example",
    "update certificates acme-org/web-tls {cert,key}",
    "update snis acme.org {certificate}",
  ]);
});

test("T6: a Secret that changes between the decision and the write is not written: what it has now is looked at first", async () => {
  running = run();
  const { cluster, clock, kong, settled } = running;
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.fault = (call) => {
    if (call !== "secret acme-org/web-tls" || cluster.secretReads.length !== 1) return;
    cluster.hold("Secret");
    cluster.putSecret("acme-org/web-tls", other);
  };
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  await settled();
  await clock.pass(5_000);
  expect(kong.stored.certificates.size).toBe(0);
  expect(told()).toEqual([expect.stringContaining("CertificateHostMismatch")]);
});

test("a certificate that Kong refuses takes no route down, and is told in Kong's words", async () => {
  running = run();
  const { cluster, kong, settled } = running;
  kong.fault = (call) => {
    if (call === "create certificates")
      throw new KongError("Kong refused it", { kind: "refused", kongMessage: "schema violation (cert: no)" });
  };
  acmeServes(cluster, "acme.org");
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], tls("web-tls")));
  await settled();
  expect(kong.routes()).toHaveLength(1);
  expect(told()).toEqual([expect.stringMatching(/^KongRefused: .*schema violation \(cert: no\)/)]);
});
