import { expect, test } from "vitest";
import { finalizer } from "@domain-claims/crds/domain";
import { KongError } from "../src/kong/errors.ts";
import { claim, heldBy, ingress, namespace, service } from "./support/builders.ts";
import { run } from "./support/controller.ts";
import { FakeCluster } from "./support/fake-cluster.ts";

const fresh = { finalizers: [] };

test("a claim, an Ingress, a route: from nothing to live, and away again", async () => {
  const { cluster, kong, settled, writes, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("IngressClass", { name: "kong", controller: "platform.koli.io/kong" });
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(kong.routes()).toEqual([]);

  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  expect(cluster.get("Domain", "acme-org/acme")).toMatchObject({
    finalizers: [finalizer],
    status: { phase: "OK", reason: "Held", host: "acme.org", holder: "acme-org/acme" },
  });
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions).toMatchObject([
    { type: "Accepted", status: "True" },
    { type: "Programmed", status: "True", message: "1 route is live in Kong" },
  ]);
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([{ ip: "192.0.2.1" }]);

  writes();
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(kong.stored.services.size).toBe(0);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  expect(cluster.get("HostRecord", "acme.org")).toMatchObject({ holder: undefined, history: [{ reason: "Deleted" }] });
  expect(cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([]);
  const order = writes().filter((write) => /^(remove routes|update acme.org|finalizers)/.test(write));
  expect(order).toEqual(["remove routes acme.org /", "update acme.org -", "finalizers acme-org/acme []"]);
  await stop();
});

test("L1: a claim and an Ingress that come together are told what was decided, not that it is being decided", async () => {
  const { cluster, events, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  await settled();
  expect(events.map(({ regarding, reason }) => `${regarding.kind} ${reason}`).sort()).toEqual([
    "Domain Held",
    "Ingress Programmed",
  ]);
  await stop();
});

test("L6: a second pass and a restart write nothing", async () => {
  const first = run();
  const { cluster, kong } = first;
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org", "*.acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  await first.settled();
  expect(kong.routes()).toHaveLength(2);
  first.writes();
  await first.clock.pass(120_000);
  expect(first.writes()).toEqual([]);
  await first.stop();

  const second = run({ cluster, kong });
  await second.settled();
  expect(second.writes()).toEqual([]);
  await second.stop();
});

test("O2: the oldest waiting claim takes a host that becomes free", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["a", "b", "c"]) cluster.put("Namespace", namespace(name));
  cluster.put("Domain", claim("a/x", "acme.org", fresh));
  await settled();
  cluster.put("Domain", claim("b/x", "acme.org", { ...fresh, created: "2026-04-04T12:00:02Z" }));
  cluster.put("Domain", claim("c/x", "acme.org", { ...fresh, created: "2026-04-04T12:00:01Z" }));
  await settled();
  expect(cluster.get("Domain", "c/x")?.status).toMatchObject({
    phase: "Failed",
    reason: "AlreadyClaimed",
    holder: "a/x",
  });
  cluster.remove("Domain", "a", "x");
  await settled();
  expect(cluster.get("Domain", "c/x")?.status).toMatchObject({ phase: "OK" });
  expect(cluster.get("Domain", "b/x")?.status).toMatchObject({ reason: "AlreadyClaimed", holder: "c/x" });
  await stop();
});

test("O5: a revocation takes the delegate's routes, and its claim waits for the next grant", async () => {
  const { cluster, kong, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("marvin-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", { ...fresh, delegates: ["marvin-org"] }));
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  cluster.put("Ingress", ingress("marvin-org/web", ["marvin.acme.org"]));
  await settled();
  expect(kong.routes()).toEqual(["marvin.acme.org / -> marvin-org.web.80"]);
  const acme = cluster.get("Domain", "acme-org/acme");
  if (acme === undefined) throw new Error("no claim");
  cluster.put("Domain", { ...acme, delegates: [], generation: 2 });
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "marvin-org/m")?.status).toMatchObject({ phase: "Failed", reason: "NotDelegated" });
  expect(cluster.get("HostRecord", "marvin.acme.org")).toMatchObject({
    holder: undefined,
    history: [{ reason: "NotDelegated" }],
  });
  cluster.put("Domain", { ...acme, delegates: ["marvin-org"], generation: 3 });
  await settled();
  expect(kong.routes()).toEqual(["marvin.acme.org / -> marvin-org.web.80"]);
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

test("O9: with Kong away a claim stays, says why, and goes when Kong is back", async () => {
  const { cluster, kong, clock, events, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  kong.away = true;
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(cluster.get("Domain", "acme-org/acme")).toMatchObject({ deleting: true, status: { reason: "Releasing" } });
  expect(cluster.get("Domain", "acme-org/acme")?.status?.conditions[1]).toMatchObject({ reason: "KongUnreachable" });
  expect(events.some(({ reason, regarding }) => reason === "KongUnreachable" && regarding.kind === "Domain")).toBe(
    true,
  );
  expect(cluster.get("HostRecord", "acme.org")?.holder?.name).toBe("acme");
  kong.away = false;
  await clock.pass(2000);
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});

test("L7: drift is repaired with exactly the missing writes", async () => {
  const { cluster, kong, clock, settled, writes, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org", "www.acme.org", "api.acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/www", "acme.org", { ...fresh, sub: "www" }));
  cluster.put("Domain", claim("acme-org/api", "acme.org", { ...fresh, sub: "api" }));
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
  await stop();
});

test("L5: a foreign entity with our name is left alone and said", async () => {
  const { cluster, kong, settled, stop } = run();
  kong.put("services", {
    id: "22222222-0000-4000-8000-000000000000",
    name: "acme-org.web.80",
    protocol: "http",
    host: "elsewhere",
    port: 1,
    path: null,
    enabled: true,
    tags: [],
  });
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
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

test("H5: a reserved name is not served by anybody's wildcard", async () => {
  const { cluster, kong, settled, stop } = run({ settings: { reservedNames: ["admin.acme.org"] } });
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
  await settled();
  expect(kong.routes()).toEqual([
    "*.acme.org ~/ -> acme-org.web.80.wc--any.acme.org",
    "admin.acme.org / -> managed-by-domain-claims.guard",
  ]);
  await stop();
});

test("L5: a write whose answer was lost is looked at before anything is concluded, and taken back if need be", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  kong.answerLost = (call) => call === "create routes";
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(kong.routes()).toEqual(["acme.org / -> acme-org.web.80"]);
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  kong.answerLost = () => false;
  await clock.pass(5000);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});

test("L5: an entity with our id but without our tag is left alone", async () => {
  const { cluster, kong, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
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

test("L7: plugins that imitate our tag go: on our service, on a foreign one, on everything; what has none of ours stays", async () => {
  const first = run();
  const { cluster, kong } = first;
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org", "*.acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
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

test("L9: an Ingress whose wildcard can't be written gets no address for a moment, and waits for its next try", async () => {
  const first = run();
  const { cluster, kong } = first;
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/any", ["*.acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  await first.settled();
  const [plugin] = [...kong.stored.plugins.values()];
  if (plugin === undefined) throw new Error("no plugin");
  cluster.remove("Ingress", "acme-org", "any");
  await first.settled();
  kong.put("plugins", { ...plugin, tags: ["somebody-else"] });
  first.writes();
  cluster.put("Ingress", ingress("acme-org/any", ["*.acme.org"]));
  await first.settled();
  expect(first.writes().filter((write) => write.includes("acme-org/any") && !write.startsWith("status"))).toEqual([]);
  expect(cluster.get("Ingress", "acme-org/any")?.addresses).toEqual([]);
  await first.stop();
});

test("L1: an Ingress with somebody else's host is told so, and its neighbours go on", async () => {
  const { cluster, kong, events, settled, stop } = run();
  for (const name of ["acme-org", "evil"]) {
    cluster.put("Namespace", namespace(name));
    cluster.put("Service", service(`${name}/web`));
  }
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("evil/evil", "evil.example", fresh));
  await settled();
  cluster.put("Ingress", ingress("evil/web", ["acme.org", "evil.example"]));
  await settled();
  expect(kong.routes()).toEqual(["evil.example / -> evil.web.80"]);
  const said = events
    .filter(({ regarding }) => regarding.kind === "Ingress")
    .map(({ reason, note }) => `${reason}: ${note}`);
  expect(said).toContainEqual(
    "HostNotClaimed: acme.org is held by the primary claim acme in namespace acme-org, so it is not served from here (kubectl domain whois acme.org)",
  );
  await stop();
});

test("O3: a name is not taken while a change above it is under way that the watch has not shown yet", async () => {
  const { cluster, settled, stop } = run();
  for (const name of ["acme-org", "evil"]) cluster.put("Namespace", namespace(name));
  cluster.hold("HostRecord");
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.namespace).toBe("acme-org");
  cluster.put("Domain", claim("evil/www", "www.acme.org", fresh));
  await settled();
  expect(cluster.get("HostRecord", "www.acme.org")).toBeUndefined();
  cluster.release();
  await settled();
  expect(cluster.get("HostRecord", "www.acme.org")).toBeUndefined();
  expect(cluster.get("Domain", "evil/www")?.status).toMatchObject({ phase: "Failed", reason: "ParentClaimed" });
  await stop();
});

test("L2b: a guard stays while a wildcard's route may still arrive, also when the wildcard has lost its right to it", async () => {
  const { cluster, kong, settled, stop } = run();
  const create = kong.create;
  let arrive = (): void => undefined;
  let guarded: boolean | undefined;
  const late: typeof create = async (collection, entity, signal) => {
    if (entity.name.startsWith("acme-org~wc--any.")) {
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
  for (const name of ["acme-org", "other"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  cluster.put("Domain", claim("acme-org/any", "acme.org", { ...fresh, sub: "*" }));
  cluster.put("Ingress", ingress("acme-org/web", ["*.acme.org"]));
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

test("L7: a service goes when somebody else removed its last route before we could", async () => {
  const { cluster, kong, clock, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
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

test("O2a: a holder that a stale cache does not know keeps its host", async () => {
  const { cluster, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  await settled();
  cluster.hold("Domain");
  const acme = claim("acme-org/acme", "acme.org");
  cluster.put("Domain", acme);
  cluster.put("HostRecord", heldBy(acme));
  await settled();
  expect(cluster.get("HostRecord", "acme.org")?.holder?.uid).toBe(acme.uid);
  cluster.release();
  await settled();
  expect(cluster.get("Domain", "acme-org/acme")?.status).toMatchObject({ phase: "OK" });
  await stop();
});

test("O5: while a release has yet to be seen, nothing comes back on the strength of the old record", async () => {
  const { cluster, kong, settled, stop } = run();
  for (const name of ["acme-org", "marvin-org"]) cluster.put("Namespace", namespace(name));
  cluster.put("Service", service("marvin-org/web"));
  const acme = claim("acme-org/acme", "acme.org", { delegates: ["*"] });
  cluster.put("Domain", acme);
  cluster.put("Domain", claim("marvin-org/m", "acme.org", { ...fresh, sub: "marvin", parent: "acme-org" }));
  cluster.put("Ingress", ingress("marvin-org/web", ["marvin.acme.org"]));
  await settled();
  expect(kong.routes()).toHaveLength(1);
  cluster.hold("HostRecord");
  cluster.put("Domain", { ...acme, delegates: [], generation: 2 });
  await settled();
  expect(cluster.get("HostRecord", "marvin.acme.org")?.holder).toBeUndefined();
  cluster.put("Domain", { ...acme, delegates: ["*"], generation: 3 });
  await settled();
  expect(kong.routes()).toEqual([]);
  cluster.release();
  await settled();
  expect(kong.routes()).toEqual(["marvin.acme.org / -> marvin-org.web.80"]);
  await stop();
});

test("L4: a route whose creation had no answer is taken back with its claim, even if it can't be looked at", async () => {
  const { cluster, kong, settled, stop } = run();
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["acme.org"]));
  kong.answerLost = (call) => {
    if (call !== "create routes") return false;
    kong.fault = (next) => {
      if (/^(get|create)/.test(next)) throw new KongError("induced: unavailable", { kind: "unavailable" });
    };
    return true;
  };
  cluster.put("Domain", claim("acme-org/acme", "acme.org", fresh));
  await settled();
  expect(kong.routes()).toHaveLength(1);
  cluster.remove("Domain", "acme-org", "acme");
  await settled();
  expect(kong.routes()).toEqual([]);
  expect(cluster.get("Domain", "acme-org/acme")).toBeUndefined();
  await stop();
});
