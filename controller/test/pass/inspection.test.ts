import { anyHost } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { acmeServes } from "../support/acme.ts";
import { claim, namespace, service, servicePort } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";

const host = "acme.org" as Host;

async function served(): Promise<Running> {
  const running = run();
  acmeServes(running.cluster, host);
  await running.settled();
  return running;
}

test("a host is shown with its record, its claims, what is decided from which facts, and what Kong has", async () => {
  const { inspect, stop } = await served();
  const shown = inspect(host);
  expect(shown).toMatchObject({
    host,
    record: { holder: { namespace: "acme-org", name: "acme" } },
    claims: { total: 1, first: [{ claim: "acme-org/acme", decided: { phase: "OK", reason: "Held", stage: "Live" } }] },
    decision: { serving: "acme-org", frozen: false, step: "keep" },
    pendingWrite: undefined,
    sources: { total: 1, first: [{ source: "Ingress acme-org/web" }] },
    kong: { known: true, live: { namespaces: ["acme-org"], guard: false }, programmed: { reason: "Programmed" } },
  });
  const { routes, services } = shown.kong;
  expect([routes.total, services.total]).toEqual([1, 1]);
  expect(shown.decision.reads.first).toEqual(expect.arrayContaining([expect.stringContaining(host)]));
  await stop();
});

test("the last writes for a host are shown, the newest first, those of what it shares with others too", async () => {
  const { cluster, clock, inspect, settled, stop } = await served();
  const acts = () =>
    inspect(host).kong.lastWrites.first.map(({ act, collection, outcome }) => `${act} ${collection} ${outcome}`);
  expect(acts()).toEqual(["create routes ok", "create services ok"]);
  clock.stall(1000);
  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  expect(acts()[0]).toBe("remove routes ok");
  expect(inspect("other.example" as Host).kong.lastWrites.total).toBe(0);
  await stop();
});

test("an answer stays short, however many claim a host in vain, and changes nothing", async () => {
  const { cluster, inspect, settled, stop, writes } = await served();
  for (let i = 0; i < 60; i++) {
    cluster.put("Namespace", namespace(`n${i}`));
    cluster.put("Domain", claim(`n${i}/late`, host));
  }
  await settled();
  writes();
  const { claims } = inspect(host);
  expect(claims.total).toBe(61);
  expect(claims.first).toHaveLength(50);
  expect(claims.first[1]).toMatchObject({ decided: { phase: "Failed", reason: "AlreadyClaimed" } });
  await settled();
  expect(writes()).toEqual([]);
  await stop();
});

test("a host of which nothing is known, and routes without a host, have an answer too", async () => {
  const { inspect, stop } = await served();
  expect(inspect("nobody.example" as Host)).toMatchObject({ claims: { total: 0 }, decision: { serving: undefined } });
  expect(inspect(anyHost)).toMatchObject({ record: undefined, decision: { step: "keep" } });
  await stop();
});

test("what Kong says of itself is known from each listing on: a port is in the name as soon as DNS decides on it", async () => {
  const { cluster, clock, kong, settled, stop } = await served();
  const ports = [servicePort("http", 80), servicePort("admin", 9090)];
  cluster.put("Service", service("acme-org/web", { ports }));
  const hosts = (): readonly string[] => [...kong.stored.services.values()].map((one) => one.host);
  await settled();
  expect(hosts()).toEqual(["web.acme-org.svc.cluster.local."]);
  kong.srvFirst = true;
  await clock.pass(120_000);
  await settled();
  expect(hosts()).toEqual(["_http._tcp.web.acme-org.svc.cluster.local."]);
  await stop();
});
