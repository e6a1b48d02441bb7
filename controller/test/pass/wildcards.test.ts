import { expect, test } from "vitest";
import type { Kong } from "../../src/kong/client.ts";
import { KongError } from "../../src/kong/errors.ts";
import { acmeServes } from "../support/acme.ts";
import { claim, fresh, ingress, namespace, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import { FakeCluster } from "../support/fake-cluster.ts";

test("H5: a reserved name is not served by anybody's wildcard", async () => {
  const { cluster, kong, settled, stop } = run({ settings: { reservedNames: ["admin.acme.org"] } });
  acmeServes(cluster, "*.acme.org");
  await settled();
  expect(kong.routes()).toEqual([
    "*.acme.org ~/ -> acme-org.web.80.wc--any.acme.org",
    "admin.acme.org / -> managed-by-domain-claims.guard",
  ]);
  await stop();
});

test("L2b: a host that somebody else holds is guarded before a wildcard goes live, and before it is given away", async () => {
  const { cluster, kong, settled, writes, stop } = run();
  for (const name of ["acme-org", "marvin-org", "coyote-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["*"] }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  await settled();
  writes();
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  const routes = writes().filter((write) => write.startsWith("create routes"));
  expect(routes).toEqual(["create routes marvin.acme.org /", "create routes *.acme.org ~/"]);

  cluster.put("Domain", claim("coyote-org/c", "acme.org", { ...fresh, sub: "coyote", parent: "acme-org" }));
  await settled();
  const taken = writes().filter((write) => /create (routes )?coyote/.test(write));
  expect(taken).toEqual(["create routes coyote.acme.org /", "create coyote.acme.org coyote-org/c"]);
  const guards = [...kong.stored.routes.values()].filter(({ name }) => name.startsWith("guard"));
  expect(guards.map(({ id }) => id.slice(0, 8))).toEqual(["00000000", "00000000"]);

  cluster.remove("Ingress", "acme-org", "web");
  await settled();
  expect(kong.routes()).toEqual([]);
  await stop();
});

test("L2b: a wildcard waits for as long as a guard below it can't be written", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["*"] }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  await settled();
  const { create } = kong;
  const guardless: Kong["create"] = async (collection, entity) => {
    if ("name" in entity && entity.name.startsWith("guard")) throw new KongError("induced", { kind: "unavailable" });
    await create(collection, entity);
  };
  Object.assign(kong, { create: guardless });
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  await clock.pass(5000);
  expect(kong.routes()).toEqual([]);
  Object.assign(kong, { create });
  await clock.pass(10_000);
  expect(kong.routes().map((route) => route.split(" ")[0])).toEqual(["*.acme.org", "marvin.acme.org"]);
  await stop();
});

test("L2b: a wildcard that goes live while a host below it is being taken: the host is held only behind its guard", async () => {
  const cluster = new FakeCluster();
  const api = cluster.api();
  let open = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    open = resolve;
  });
  cluster.api = () => ({
    ...api,
    namespaceUid: async (name) => {
      if (name === "coyote-org") await slow;
      return api.namespaceUid(name);
    },
  });
  const { kong, settled, stop } = run({ cluster });
  for (const name of ["acme-org", "coyote-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["coyote-org"] }));
  await settled();
  cluster.put("Domain", claim("coyote-org/shop", "acme.org", { ...fresh, sub: "shop", parent: "acme-org" }));
  await settled();
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/any", ["*.acme.org"]));
  await settled();
  expect(kong.routes()).toEqual(["*.acme.org ~/ -> acme-org.web.80.wc--any.acme.org"]);
  const whileHeld: string[][] = [];
  cluster.onChange = () => {
    if (cluster.get("HostRecord", "shop.acme.org")?.holder !== undefined) whileHeld.push([...kong.routes()]);
  };
  open();
  await settled();
  expect(cluster.get("Domain", "coyote-org/shop")).toMatchObject({ status: { phase: "OK" } });
  for (const routes of whileHeld) expect(routes.some((route) => route.startsWith("shop.acme.org / "))).toBe(true);
  expect(whileHeld).not.toEqual([]);
  await stop();
});

test("L2b: a guard stays while a wildcard's route may still arrive, also when the wildcard has lost its right to it", async () => {
  const { cluster, kong, settled, stop } = run();
  const create = kong.create;
  let arrive = (): void => undefined;
  let guarded: boolean | undefined;
  const late: typeof create = async (collection, entity, signal) => {
    if ("name" in entity && entity.name.startsWith("acme-org~wc--any.")) {
      await new Promise<void>((resolve) => (arrive = resolve));
      guarded = kong.routes().some((route) => route.startsWith("x.acme.org / -> managed-by-domain-claims.guard"));
    }
    await create(collection, entity, signal);
  };
  Object.assign(kong, { create: late });
  for (const name of ["acme-org", "other"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("other/x", "x.acme.org", fresh));
  await settled();
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  arrive();
  await settled();
  expect(guarded).toBe(true);
  expect(kong.routes()).toEqual([]);
  await stop();
});

test("L2b: a host is not given away without a guard while it is not known whether a wildcard above it is live", async () => {
  const first = run();
  const { cluster, kong } = first;
  cluster.put("Namespace", namespace("other"));
  acmeServes(cluster, "*.acme.org");
  await first.settled();
  await first.stop();
  kong.away = true;
  const { clock, settled, stop } = run({ cluster, kong });
  cluster.remove("Domain", "acme-org", "acme");
  cluster.put("Domain", claim("other/x", "x.acme.org", fresh));
  await settled();
  expect(kong.routes()).toEqual(["*.acme.org ~/ -> acme-org.web.80.wc--any.acme.org"]);
  expect(cluster.get("HostRecord", "x.acme.org")).toBeUndefined();
  kong.away = false;
  await clock.pass(5000);
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("HostRecord", "x.acme.org")?.holder?.namespace).toBe("other");
  await stop();
});

test("L2b: a guard whose removal had no answer is not taken for one that stands", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  const acme = claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["marvin-org"] });
  cluster.put("Domain", acme);
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  const guarded = (): boolean => kong.routes().some((route) => route.startsWith("marvin.acme.org"));
  const held = (): boolean => cluster.get("HostRecord", "marvin.acme.org")?.holder !== undefined;
  expect([held(), guarded()]).toEqual([true, true]);

  const shareWith = (delegates: readonly string[], generation: number): void => {
    const now = cluster.get("Domain", "acme-org/acme") ?? acme;
    cluster.put("Domain", { ...now, delegates, generation });
  };
  kong.answerLost = (call) => call === "remove routes";
  shareWith([], 2);
  await settled();
  expect([held(), guarded()]).toEqual([false, false]);
  let unguarded = false;
  cluster.onChange = () => {
    unguarded ||= held() && !guarded();
  };
  shareWith(["marvin-org"], 3);
  await settled();
  kong.answerLost = () => false;
  await clock.pass(10_000);
  expect([held(), guarded(), unguarded]).toEqual([true, true, false]);
  await stop();
});

test("L9: an Ingress whose wildcard can't be written gets no address for a moment, and waits for its next try", async () => {
  const first = run();
  const { cluster, kong } = first;
  acmeServes(cluster, "*.acme.org");
  await first.settled();
  const [plugin] = [...kong.stored.plugins.values()];
  if (plugin === undefined) throw new Error("no plugin");
  cluster.remove("Ingress", "acme-org", "web");
  await first.settled();
  kong.put("plugins", { ...plugin, tags: ["somebody-else"] });
  first.writes();
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await first.settled();
  expect(first.writes().filter((write) => write.includes("acme-org/web") && !write.startsWith("status"))).toEqual([]);
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([]);
  await first.stop();
});
