import { foreignHostsLabel } from "@domain-claims/crds/domain";
import { expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import type { FakeKong } from "../support/fake-kong.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { route as example } from "../kong/examples.ts";
import { run } from "../support/controller.ts";

/** Somebody else's route in Kong. */
function legacy(kong: FakeKong, ...hosts: readonly string[]): void {
  kong.put("routes", { ...example, id: "legacy-id", name: "legacy", hosts, paths: ["/"], tags: [] });
}

const ours = (kong: FakeKong): readonly string[] => kong.routes().filter((route) => !route.endsWith("-> nothing"));
const blocked = { type: "Programmed", status: "False", reason: "ForeignHost" };
const handedOver = namespace("acme-org", undefined, { [foreignHostsLabel]: "allowed" });

test("X5: a host that a foreign route names is programmed for nobody, and claim and Ingress are told which route it is", async () => {
  const { cluster, kong, events, settled, stop } = run();
  legacy(kong, "www.acme.org");
  acmeServes(cluster, "acme.org", "www.acme.org");
  await settled();
  expect(ours(kong)).toEqual(["acme.org / -> acme-org.web.80"]);
  const status = cluster.get("Domain", "acme-org/www")?.status;
  expect(status).toMatchObject({ phase: "OK", reason: "Held" });
  expect(status?.conditions[1]).toMatchObject({ ...blocked, message: expect.stringContaining("legacy (legacy-id)") });
  expect(status?.conditions[1]?.message).toContain("lacks the tag of --kong-tag");
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({ status: "True" });
  const told = events.filter(({ reason }) => reason === "ForeignHost").map(({ regarding }) => regarding.kind);
  expect(told.sort()).toEqual(["Domain", "Ingress"]);
  await stop();
});

test("X5: a wildcard of others keeps every name below it, however deep, and a name below keeps a wildcard of ours", async () => {
  for (const [foreign, host] of [
    ["*.org", "www.acme.org"],
    ["*.acme.org", "*.acme.org"],
    ["deep.below.acme.org", "*.acme.org"],
    ["WWW.acme.org:8443", "*.acme.org"],
    ["www.acme.*", "*.acme.org"],
  ] as const) {
    const { cluster, kong, settled, stop } = run();
    legacy(kong, foreign);
    acmeServes(cluster, host);
    await settled();
    expect(ours(kong), `${foreign} and ${host}`).toEqual([]);
    await stop();
  }
});

test("X5: what a foreign route comes to name leaves Kong with the next listing, and comes back when that is gone", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  acmeServes(cluster, "acme.org", "www.acme.org");
  await settled();
  const live = ours(kong);
  expect(live).toHaveLength(2);
  legacy(kong, "www.acme.org");
  await clock.pass(70_000);
  expect(ours(kong)).toEqual(["acme.org / -> acme-org.web.80"]);
  expect(cluster.get("Domain", "acme-org/www")?.status?.conditions[1]).toMatchObject(blocked);
  kong.stored.routes.delete("legacy-id");
  await clock.pass(70_000);
  expect(ours(kong)).toEqual(live);
  await stop();
});

test.each(["foreign routes", "services", "plugins", "routes", "certificates", "snis"])(
  "L5: a route of ours is theirs who take its tag away, also when a look is about to list %s: it stays, whatever its host does",
  async (listed) => {
    const { cluster, kong, clock, settled, stop } = run();
    acmeServes(cluster, "acme.org");
    await settled();
    const [route] = [...kong.stored.routes.values()];
    if (route === undefined) throw new Error("no route");
    const theirs = { ...route, tags: ["theirs"] };
    kong.fault = (call) => {
      if (call !== `list ${listed}`) return;
      kong.put("routes", theirs);
      kong.fault = () => undefined;
    };
    await clock.pass(130_000);
    expect(kong.stored.routes.get(route.id)).toBe(theirs);
    expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject(blocked);
    cluster.remove("Domain", "acme-org", "acme");
    await settled();
    expect(kong.stored.routes.get(route.id)).toBe(theirs);
    await stop();
  },
);

test("X5: the label of the namespace hands a host over, for this namespace only; without it the routes leave again", async () => {
  const { cluster, kong, settled, stop } = run();
  legacy(kong, "*.acme.org");
  acmeServes(cluster, "www.acme.org");
  await settled();
  cluster.put("Namespace", namespace("b-org", undefined, { [foreignHostsLabel]: "allowed" }));
  cluster.put("Namespace", namespace("acme-org", undefined, { [foreignHostsLabel]: "yes" }));
  await settled();
  expect(ours(kong)).toEqual([]);
  cluster.put("Namespace", handedOver);
  await settled();
  expect(ours(kong)).toEqual(["www.acme.org / -> acme-org.web.80"]);
  cluster.put("Namespace", namespace("acme-org"));
  await settled();
  expect(ours(kong)).toEqual([]);
  await stop();
});

test("X5: what serves does not leave for the sake of a route that is gone since the last look", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  legacy(kong, "*.acme.org");
  acmeServes(cluster, "www.acme.org");
  cluster.put("Namespace", handedOver);
  await settled();
  kong.stored.routes.delete("legacy-id");
  kong.writes.length = 0;
  cluster.put("Namespace", namespace("acme-org"));
  await settled();
  await clock.pass(130_000);
  expect(ours(kong)).toEqual(["www.acme.org / -> acme-org.web.80"]);
  expect(kong.writes).toEqual([]);
  expect(cluster.get("Domain", "acme-org/www")?.status?.conditions[1]).toMatchObject({ status: "True" });
  await stop();
});

test("X5: nor where Kong can't be asked for it, and what is to leave for another reason waits for no look", async () => {
  const allowed = { [foreignHostsLabel]: "allowed" };
  for (const broken of ["get", "list"]) {
    const { cluster, kong, clock, settled, stop } = run();
    legacy(kong, "shop.acme.org");
    acmeServes(cluster, "*.acme.org");
    cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["coyote-org"] }));
    for (const name of ["acme-org", "coyote-org"]) cluster.put("Namespace", namespace(name, undefined, allowed));
    cluster.put("Service", service("coyote-org/web"));
    cluster.put("Ingress", ingress("coyote-org/web", ["shop.acme.org"]));
    cluster.put("Domain", claim("coyote-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
    await settled();
    const coyotes = (): readonly string[] => ours(kong).filter((route) => route.includes("coyote-org"));
    expect(coyotes()).toHaveLength(1);
    kong.stored.routes.delete("legacy-id");
    kong.fault = (call) => {
      if (call.startsWith(broken)) throw new KongError("induced", { kind: "unavailable" });
    };
    cluster.put("Namespace", namespace("coyote-org"));
    if (broken === "list") cluster.remove("Domain", "coyote-org", "shop");
    await settled();
    await clock.pass(5_000);
    expect(coyotes(), broken).toEqual([]);
    await stop();
  }
});

test("X5: one that is back before that look is left its host with it", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  legacy(kong, "www.acme.org");
  acmeServes(cluster, "www.acme.org");
  cluster.put("Namespace", handedOver);
  await settled();
  kong.stored.routes.delete("legacy-id");
  kong.fault = (call) => {
    if (call === "list foreign routes") legacy(kong, "www.acme.org");
  };
  cluster.put("Namespace", namespace("acme-org"));
  await settled();
  await clock.pass(5_000);
  expect(ours(kong)).toEqual([]);
  await stop();
});

test("X5: the administrator's list hands over exactly what it names", async () => {
  const { cluster, kong, settled, stop } = run({ settings: { handedOverHosts: ["www.acme.org", "*.shop.acme.org"] } });
  legacy(kong, "*.acme.org", "acme.org");
  acmeServes(cluster, "acme.org", "www.acme.org", "api.acme.org");
  await settled();
  expect(ours(kong)).toEqual(["www.acme.org / -> acme-org.web.80"]);
  await stop();
});

test("X5: nor is a guard written for it where the wildcard is handed over: it would take the host from the others", async () => {
  const { cluster, kong, settled, stop } = run();
  legacy(kong, "shop.acme.org");
  acmeServes(cluster, "*.acme.org");
  cluster.put("Namespace", handedOver);
  cluster.put("Namespace", namespace("shop-org"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["shop-org"] }));
  cluster.put("Domain", claim("shop-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  await settled();
  expect(kong.routes().filter((route) => route.startsWith("shop."))).toEqual(["shop.acme.org / -> nothing"]);
  // The wildcard would wait for that guard for ever, and does not say that it is under way.
  expect(ours(kong)).toEqual([]);
  expect(cluster.get("Domain", "acme-org/any")?.status?.conditions[1]).toMatchObject({
    ...blocked,
    message: expect.stringContaining("held by another namespace and named by a route in Kong"),
  });
  expect(cluster.get("Domain", "shop-org/shop")?.status?.conditions[1]).toMatchObject(blocked);

  cluster.put("Namespace", namespace("shop-org", undefined, { [foreignHostsLabel]: "allowed" }));
  await settled();
  expect(ours(kong).map((route) => route.split(" ")[0])).toEqual(["*.acme.org", "shop.acme.org"]);
  await stop();
});

test("X5: a claim below a wildcard that is kept out waits for no guard, and gets one when the wildcard goes live", async () => {
  const { cluster, kong, settled, stop } = run();
  legacy(kong, "shop.acme.org");
  acmeServes(cluster, "acme.org", "*.acme.org");
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["shop-org"] }));
  cluster.put("Namespace", namespace("shop-org"));
  cluster.put("Service", service("shop-org/web"));
  cluster.put("Ingress", ingress("shop-org/web", ["shop.acme.org"]));
  cluster.put("Domain", claim("shop-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  await settled();
  expect(cluster.get("Domain", "shop-org/shop")?.status).toMatchObject({ phase: "OK" });
  expect(ours(kong)).toEqual(["acme.org / -> acme-org.web.80"]);

  kong.stored.routes.delete("legacy-id");
  await stop();
  const again = run({ cluster, kong });
  await again.settled();
  const guard = "shop.acme.org";
  expect(ours(kong).map((route) => route.split(" ")[0])).toEqual(["*.acme.org", "acme.org", guard, "shop.acme.org"]);
  expect(cluster.get("Domain", "shop-org/shop")?.status?.conditions[1]).toMatchObject({ status: "True" });
  await again.stop();
});

test("X5: whoever holds a host that a foreign route names keeps a route for any host from coming, which is told; one that is there stays", async () => {
  const { cluster, kong, events, settled, stop } = run({ settings: { catchAllNamespaces: ["front-org"] } });
  const any = (): boolean => ours(kong).some((route) => route.startsWith("(any)"));
  legacy(kong, "old.example");
  for (const name of ["front-org", "mallory-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("front-org/web"));
  const old = claim("mallory-org/old", "old.example", fresh);
  cluster.put("Domain", old);
  await settled();
  cluster.put("Ingress", ingress("front-org/web", [undefined]));
  await settled();
  expect(cluster.get("Domain", "mallory-org/old")?.status?.phase).toBe("OK");
  expect(any()).toBe(false);
  const told = events.find(({ reason, regarding }) => reason === "ForeignHost" && regarding.kind === "Ingress");
  expect(told?.note).toContain("any host is not served: a name that it would cover is held by another namespace");

  cluster.put("Domain", { ...old, ...cluster.get("Domain", "mallory-org/old"), deleting: true, released: true });
  await settled();
  expect(any()).toBe(true);
  cluster.put("Domain", claim("mallory-org/again", "old.example", fresh));
  await settled();
  expect(any()).toBe(true);
  expect(cluster.get("Domain", "mallory-org/again")?.status).toMatchObject({
    reason: "WaitingForGateway",
    conditions: [{}, blocked, {}],
  });
  // A restart says nothing anew.
  await stop();
  const statuses = (): readonly string[] => cluster.writes.filter((write) => write.includes("status"));
  const before = statuses();
  const again = run({ cluster, kong, settings: { catchAllNamespaces: ["front-org"] } });
  await again.settled();
  await again.clock.pass(10_000);
  expect(statuses()).toEqual(before);
  await again.stop();
});

test("X5, O3: whoever waits in vain for a host that a foreign route names holds up nobody below it", async () => {
  const { cluster, kong, settled, stop } = run({ settings: { catchAllNamespaces: ["front-org"] } });
  legacy(kong, "old.example");
  for (const name of ["front-org", "mallory-org", "shop-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("front-org/web"));
  cluster.put("Ingress", ingress("front-org/web", [undefined]));
  await settled();
  cluster.put("Domain", claim("mallory-org/old", "old.example", fresh));
  await settled();
  cluster.put("Domain", claim("shop-org/shop", "shop.old.example", fresh));
  await settled();
  expect(cluster.get("Domain", "mallory-org/old")?.status?.reason).toBe("WaitingForGateway");
  expect(cluster.get("Domain", "shop-org/shop")?.status?.phase).toBe("OK");
  await stop();
});

test("X5: a foreign name below a reserved one, or for a host that nobody holds, stops nothing", async () => {
  const { cluster, kong, settled, stop } = run({ settings: { reservedNames: ["intern.acme.org"] } });
  legacy(kong, "intern.acme.org", "free.example");
  acmeServes(cluster, "acme.org");
  await settled();
  expect(ours(kong)).toEqual(["acme.org / -> acme-org.web.80"]);
  expect(cluster.get("HostRecord", "intern.acme.org")).toBeUndefined();
  await stop();
});
