import { afterEach, expect, test } from "vitest";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeGateway } from "../support/fake-gateway.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { pairFor } from "../support/pki.ts";

const pair = await pairFor(["acme.org", "*.acme.org", "next.org"]);
const renewed = await pairFor(["acme.org", "*.acme.org"]);
const own = await pairFor(["localhost"]);

let running: Running;
let gateway: FakeGateway;
afterEach(() => running.stop());

/** Has a gateway before a Kong, and a controller that asks it. */
function start(urls?: readonly string[], kong = new FakeKong(), cluster = new FakeCluster(), clock = new FakeClock()) {
  gateway = new FakeGateway(kong, urls);
  running = run({ kong, cluster, clock, httpsProxies: gateway });
  return running;
}

/** Has acme-org serve the hosts with the Secret web-tls. */
async function serve(...hosts: readonly string[]): Promise<void> {
  const { cluster, settled } = running;
  acmeServes(cluster, ...hosts);
  cluster.putSecret("acme-org/web-tls", pair);
  cluster.put("Ingress", ingress("acme-org/web", hosts, { tls: [{ secretName: "web-tls" }] }));
  await settled();
}

/** The stage of a claim, and its condition Ready. */
function told(name = "acme-org/acme"): string {
  const { stage = "", conditions = [] } = running.cluster.get("Domain", name)?.status ?? {};
  const ready = conditions.find(({ type }) => type === "Ready");
  return `${stage}: ${ready?.status ?? ""} ${ready?.reason ?? ""}`;
}
const message = (name = "acme-org/acme"): string | undefined =>
  running.cluster.get("Domain", name)?.status?.conditions.find(({ type }) => type === "Ready")?.message;

test("a host is Live when every address of the gateway has shown its certificate three times, and is asked for no more", async () => {
  start(["https://a", "https://b"]);
  await serve("acme.org");
  expect(told()).toBe("Live: True Live");
  expect(message()).toMatch(/as its Admin API says; the gateway shows its certificate in TLS handshakes$/);
  const three = (address: string): readonly string[] => Array.from({ length: 3 }, () => `${address} acme.org`);
  expect(gateway.handshakes).toEqual([...three("a"), ...three("b")]);
  await running.clock.pass(3_600_000);
  expect(gateway.handshakes).toHaveLength(6);
});

test("without an https address Live means that Kong has it, and says so", async () => {
  running = run();
  await serve("acme.org");
  expect(told()).toBe("Live: True Live");
  expect(message()).toMatch(/Kong has every route and the certificate that are asked for, as its Admin API says$/);
});

test("a host without a certificate is Live over HTTP, where none is asked for", async () => {
  start();
  acmeServes(running.cluster, "acme.org");
  await running.settled();
  expect(told()).toBe("Live: True Live");
  expect(message()).toMatch(/Kong has every route that is asked for, as its Admin API says$/);
  expect(gateway.handshakes).toEqual([]);
});

test.each<[string, (gateway: FakeGateway) => void, RegExp]>([
  ["its own certificate", (one) => void (one.behind = own.cert), /the gateway answers with one for other names$/],
  ["an older one", (one) => void (one.behind = renewed.cert), /the gateway answers with another one, such as/],
  [
    "nothing, and hangs up",
    (one) => {
      one.before = () => Promise.reject(new Error("ECONNRESET"));
    },
    /the gateway completes no TLS handshake for it$/,
  ],
])("HTTPS: while the gateway shows %s the claim is not ready, and in the end says why", async (_, fail, why) => {
  start();
  fail(gateway);
  await serve("acme.org");
  expect(told()).toBe("HTTPS: False CertificateNotShown");
  expect(message()).toMatch(/has not been seen to answer with it yet$/);
  await running.clock.pass(30_000);
  expect(told()).toBe("HTTPS: False CertificateNotShown");
  expect(message()).toMatch(why);
  gateway.behind = undefined;
  gateway.before = () => undefined;
  await running.clock.pass(60_000);
  expect(told()).toBe("Live: True Live");
});

test("a wildcard is asked for by a name that it covers and that nobody has", async () => {
  start();
  await serve("acme.org", "*.acme.org");
  const names = gateway.handshakes.filter((one) => !one.endsWith(" acme.org"));
  expect(names).toHaveLength(3);
  expect(names[0]).toMatch(/^kong [0-9a-f]{7}\.acme\.org$/);
  expect(told("acme-org/any")).toBe("Live: True Live");
});

test("a renewal is asked for once, and nobody is told of it while the gateway takes it over", async () => {
  start();
  await serve("acme.org");
  const asked = gateway.handshakes.length;
  const versions = running.cluster.writes.filter((write) => write.startsWith("status"));
  gateway.behind = pair.cert;
  running.cluster.putSecret("acme-org/web-tls", renewed);
  await running.clock.pass(3_000);
  gateway.behind = undefined;
  await running.clock.pass(10_000);
  expect(told()).toBe("Live: True Live");
  expect(gateway.handshakes.length).toBeGreaterThan(asked);
  expect(running.cluster.writes.filter((write) => write.startsWith("status"))).toEqual(versions);
});

test("a renewal that the gateway does not take over is told", async () => {
  start();
  await serve("acme.org");
  gateway.behind = pair.cert;
  running.cluster.putSecret("acme-org/web-tls", renewed);
  await running.clock.pass(60_000);
  expect(told()).toBe("HTTPS: False CertificateNotShown");
  expect(message()).toMatch(/another one, such as the one before$/);
});

test("a new leader asks once for each host, and writes nothing; until then it says nothing of them", async () => {
  start();
  await serve("acme.org", "www.acme.org");
  const { clock, cluster, kong } = running;
  await running.stop();
  start(["https://kong"], kong, cluster, clock);
  gateway.before = () => new Promise((done) => clock.after(1_000, done));
  await running.settled();
  expect([told(), told("acme-org/www")]).toEqual(["Live: True Live", "Live: True Live"]);
  await running.clock.pass(5_000);
  expect([...gateway.handshakes].sort()).toEqual(["kong acme.org", "kong www.acme.org"]);
  expect(running.writes()).toEqual([]);
});

test("a new leader does not take for shown what the last one had only written", async () => {
  start();
  gateway.behind = own.cert;
  await serve("acme.org");
  const { clock, cluster, kong } = running;
  await running.stop();
  start(["https://kong"], kong, cluster, clock);
  gateway.behind = own.cert;
  await running.clock.pass(60_000);
  expect(told()).toBe("HTTPS: False CertificateNotShown");
  gateway.behind = undefined;
  await running.clock.pass(60_000);
  expect(told()).toBe("Live: True Live");
});

test("a host that changes hands is asked for anew, also where the certificate stays the same", async () => {
  start();
  await serve("acme.org");
  const { clock, cluster } = running;
  cluster.put("Namespace", namespace("next-org"));
  cluster.put("Service", service("next-org/web"));
  cluster.putSecret("next-org/web-tls", pair);
  cluster.put("Domain", claim("next-org/acme", "acme.org", { ...fresh, created: "2026-05-01T00:00:00Z" }));
  cluster.put("Ingress", ingress("next-org/web", ["acme.org"], { tls: [{ secretName: "web-tls" }] }));
  gateway.before = () => Promise.reject(new Error("ECONNRESET"));
  cluster.remove("Domain", "acme-org", "acme");
  await clock.pass(1_000);
  expect(told("next-org/acme")).toBe("HTTPS: False CertificateNotShown");
  gateway.before = () => undefined;
  await clock.pass(60_000);
  expect(told("next-org/acme")).toBe("Live: True Live");
});

test("attack: a gateway that hangs in the handshakes for one team's hosts keeps nobody else's waiting", async () => {
  start();
  const { clock, cluster, settled } = running;
  gateway.before = (_, serverName) =>
    serverName.endsWith("acme.org") ? new Promise<void>((done) => void clock.after(5_000, done)) : undefined;
  await serve("acme.org", ...Array.from({ length: 50 }, (_, i) => `n${i}.acme.org`));
  cluster.put("Namespace", namespace("next-org"));
  cluster.put("Service", service("next-org/web"));
  cluster.putSecret("next-org/web-tls", pair);
  cluster.put("Domain", claim("next-org/next", "next.org", fresh));
  cluster.put("Ingress", ingress("next-org/web", ["next.org"], { tls: [{ secretName: "web-tls" }] }));
  await settled();
  await settled();
  expect(told("next-org/next")).toBe("Live: True Live");
  expect(told()).toBe("HTTPS: False CertificateNotShown");
});

test("attack: a Secret that is changed all the time has few handshakes made, and leaves others' turns alone", async () => {
  start();
  await serve("acme.org");
  const before = gateway.handshakes.length;
  for (let i = 0; i < 200; i++) {
    running.cluster.putSecret("acme-org/web-tls", i % 2 === 0 ? renewed : pair);
    await running.clock.pass(50);
  }
  // What is read of one Secret is bounded: five times, and once in five seconds.
  expect(gateway.handshakes.length - before).toBeLessThanOrEqual(10);
});

test("attack: a host whose handshakes never succeed is tried less and less often", async () => {
  start();
  gateway.before = () => Promise.reject(new Error("ECONNRESET"));
  await serve("acme.org");
  await running.clock.pass(3_600_000);
  expect(gateway.handshakes.length).toBeLessThanOrEqual(70);
  const tried = gateway.handshakes.length;
  for (let i = 0; i < 50; i++) {
    const annotations = { "konghq.com/strip-path": String(i % 2 === 0) };
    running.cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { tls: [{ secretName: "web-tls" }], annotations })); // prettier-ignore
    await running.clock.pass(100);
  }
  expect(gateway.handshakes.length).toBeLessThanOrEqual(tried + 2);
});

const redirecting = { "konghq.com/protocols": "https", "konghq.com/https-redirect-status-code": "308" };
const redirectCodes = (): readonly number[] =>
  [...running.kong.stored.routes.values()].map(({ https_redirect_status_code }) => https_redirect_status_code);

test("T11: routes redirect to HTTPS from when the gateway has shown the certificate, and no longer before it goes", async () => {
  start();
  const { clock, cluster, kong, settled } = running;
  gateway.behind = own.cert;
  const named = { tls: [{ secretName: "web-tls" }], annotations: redirecting };
  acmeServes(cluster, "acme.org");
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], named));
  cluster.putSecret("acme-org/web-tls", pair);
  await clock.pass(5_000);
  expect([kong.snis(), redirectCodes()]).toEqual([["acme.org -> acme-org/web-tls"], [426]]);
  gateway.behind = undefined;
  await clock.pass(60_000);
  expect(redirectCodes()).toEqual([308]);
  expect(told()).toBe("Live: True Live");

  running.writes();
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"], { annotations: redirecting }));
  await settled();
  const order = running.writes().filter((write) => / (routes|snis) /.test(write));
  expect(order).toEqual(["update routes acme.org / {https_redirect_status_code}", "remove snis acme.org"]);
  expect(told()).toBe("HTTPS: False CertificateMissing");
});
