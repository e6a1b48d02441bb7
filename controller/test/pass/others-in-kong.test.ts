import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { guardId, guardOf } from "../../src/plan/kong/guard.ts";
import { sleep } from "../../src/time/sleep.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, path, service, settings } from "../support/builders.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { run } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { takeServiceName } from "../support/foreign-service.ts";

test("L5: a foreign entity with our name is left alone and said", async () => {
  const { cluster, kong, settled, stop } = run();
  takeServiceName(kong, "acme-org.web.80");
  acmeServes(cluster, "acme.org");
  await settled();
  expect(kong.writes).toEqual([]);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({
    type: "Programmed",
    status: "False",
    reason: "ForeignEntity",
    message: expect.stringContaining("acme-org.web.80"),
  });
  await stop();
});

test("L5: an entity with our id but without our tag is left alone", async () => {
  const { cluster, kong, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  const [route] = [...kong.stored.routes.values()];
  if (route === undefined) throw new Error("no route");
  await stop();

  const foreign = { ...route, name: "somebody-else", hosts: ["else.example"], tags: ["somebody-else"] };
  kong.put("routes", foreign);
  const again = run({ cluster, kong });
  await again.settled();
  expect(kong.stored.routes.get(route.id)).toBe(foreign);
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({ reason: "ForeignEntity" });
  await again.stop();
});

test("L5: a foreign entity where a guard has to stand is said to the claim that waits for it", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  const id = guardId(settings, "shop.acme.org" as Host);
  const foreign = {
    ...guardOf(settings, "shop.acme.org" as Host, { kind: "nobody" }).route,
    hosts: ["else.example"],
    tags: [],
  };
  kong.put("routes", foreign);
  for (const name of ["acme-org", "shop-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["shop-org"] }));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  await settled();
  cluster.put("Domain", claim("shop-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  await settled();
  expect(cluster.get("Domain", "shop-org/shop")?.status).toMatchObject({ reason: "WaitingForGateway" });
  expect(cluster.get("Domain", "shop-org/shop")?.status?.conditions[1]).toMatchObject({ reason: "ForeignEntity" });
  expect(kong.stored.routes.get(id)).toBe(foreign);
  kong.stored.routes.delete(id);
  await clock.pass(120_000);
  await settled();
  expect(cluster.get("Domain", "shop-org/shop")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("L7: drift is repaired with exactly the missing writes", async () => {
  const log = fakeLog();
  const { cluster, kong, clock, settled, writes, stop } = run({ log });
  acmeServes(cluster, "acme.org", "www.acme.org", "api.acme.org");
  await settled();
  writes();
  const [first, second] = [...kong.stored.routes.values()];
  if (first === undefined || second === undefined) throw new Error("no routes");
  kong.stored.routes.delete(first.id);
  kong.put("routes", { ...second, hosts: ["evil.example"] });
  kong.put("routes", {
    ...second,
    id: "11111111-0000-4000-8000-000000000000",
    name: "imitation",
    hosts: ["bank.example"],
  });
  await clock.pass(60_000);
  expect([...writes()].sort()).toEqual(
    [
      `create routes ${first.hosts?.join() ?? ""} /`,
      "remove routes bank.example /",
      "update routes evil.example / {hosts}",
    ].sort(),
  );
  // Who was answered by somebody else is for people to look into.
  const [said] = log.lines.filter(({ message }) => message.startsWith("Kong differs"));
  const touched = [first, second].flatMap(({ hosts }) => hosts ?? []).sort();
  expect(said?.fields).toMatchObject({ hosts: 2, first: touched });
  await stop();
});

test("L7: so is drift of hosts with many routes, of which some wait for their turn", async () => {
  const { cluster, kong, clock, stop } = run();
  const hosts = Array.from({ length: 60 }, (_, i) => `h${String(i)}.org`);
  const paths = Array.from({ length: 40 }, (_, i) => path(`/p${String(i)}`));
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  for (const host of hosts) cluster.put("Domain", claim(`acme-org/${host}`, host, fresh));
  await clock.pass(52_000);
  kong.way = (call) =>
    call === "create routes" ? sleep(clock, 1_000, new AbortController().signal) : Promise.resolve();
  cluster.put("Ingress", ingress("acme-org/web", [], { rules: hosts.map((host) => ({ host, paths })) }));
  await clock.pass(7_500);
  const written = [...kong.stored.routes.values()];
  for (const host of hosts) kong.stored.routes.delete(written.find(({ hosts: of }) => of?.includes(host))?.id ?? "");
  expect(written.length).toBeLessThan(1_000);
  await clock.pass(200_000);
  expect(kong.stored.routes.size).toBe(2_400);
  await stop();
});

test("L7: plugins that imitate our tag go: on our service, on a foreign one, on everything; what has none of ours stays", async () => {
  const first = run();
  const { cluster, kong } = first;
  acmeServes(cluster, "acme.org", "*.acme.org");
  await first.settled();
  await first.stop();
  const [own] = [...kong.stored.plugins.values()];
  const [ours] = [...kong.stored.services.values()];
  if (own === undefined || ours === undefined) throw new Error("no plugin, or no service");
  kong.put("services", { ...ours, id: "foreign", name: "foreign", tags: [] });
  const imitate = (id: string, target: string | undefined): void => {
    kong.put("plugins", { ...own, id, service: (target === undefined ? null : { id: target }) as never });
  };
  imitate("on-ours", ours.id);
  imitate("on-the-wildcards", own.service.id);
  imitate("on-foreign", "foreign");
  imitate("on-everything", undefined);
  first.writes();

  const again = run({ cluster, kong });
  await again.settled();
  expect([...kong.stored.plugins.keys()]).toEqual([own.id]);
  expect(kong.stored.services.has("foreign")).toBe(true);
  expect(again.writes()).toHaveLength(4);
  await again.stop();
});

test("L7: a service goes when somebody else removed its last route before we could", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  acmeServes(cluster, "acme.org");
  await settled();
  kong.fault = (call) => {
    if (call === "remove routes") throw new KongError("induced", { kind: "unavailable" });
  };
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  kong.stored.routes.clear();
  await clock.pass(70_000);
  expect(kong.stored.services.size).toBe(0);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});

test("L5: routes with our tag of another cluster stay, and it is said whose they seem to be, and what helps", async () => {
  const { cluster, kong, settled, stop } = run();
  acmeServes(cluster, "acme.org", "www.acme.org");
  await settled();
  await stop();
  const log = fakeLog();
  const other = new FakeCluster();
  other.put("Namespace", namespace("coyote-org"));
  other.put("Domain", claim("coyote-org/coyote", "coyote.org", fresh));
  const second = run({ cluster: other, kong, log });
  await second.clock.pass(120_000);
  expect(second.writes().filter((write) => /routes|services|plugins/.test(write))).toEqual([]);
  const [failed] = log.lines.filter(({ fields }) => fields["queue"] === "resync");
  expect(failed?.fields["error"]).toMatch(
    /nothing of any of their hosts: acme.org, www.acme.org\..*another --kong-tag/,
  );
  await second.stop();
});

test("L5: routes with our tag for a host of which the register says nothing leave where others are ours, and are named", async () => {
  const log = fakeLog();
  const { cluster, kong, settled, stop } = run();
  acmeServes(cluster, "acme.org", "www.acme.org");
  await settled();
  await stop();
  cluster.remove("Domain", "acme-org", "www");
  cluster.remove("HostRecord", "", "www.acme.org");
  const again = run({ cluster, kong, log });
  await again.settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  const [said] = log.lines.filter(({ message }) => message.startsWith("Kong has our routes"));
  expect(said?.fields).toEqual({ hosts: 1, first: ["www.acme.org"] });
  await again.stop();
});
