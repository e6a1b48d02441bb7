import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { sourceVerdict } from "../../src/reconcile/source.ts";
import { factKeys } from "../../src/world/keys.ts";
import { Facts } from "../../src/world/facts.ts";
import { World } from "../../src/world/world.ts";
import { claim, events, heldBy, ingress, namespace, service, settings } from "../support/builders.ts";

const host = "acme.org" as Host;

const changes: Readonly<Record<string, (world: World) => unknown>> = {
  apply: (world) => world.apply({ type: "set", kind: "Namespace", object: namespace("acme-org") }),
  setLive: (world) => world.setLive(host, { namespaces: ["acme-org"], guard: false }),
  setProgrammed: (world) => world.setProgrammed(host, { reason: "NoRoutes", message: "" }),
  setPendingWrite: (world) =>
    world.setPendingWrite(host, { namespace: "acme-org", uid: "uid-acme", version: undefined }),
  setGone: (world) => world.setGone("uid-acme"),
  setKong: (world) => world.setKong({ synced: true, preFunction: true }),
  forgetKong: (world) => world.forgetKong(),
};

test.each(Object.entries(changes))("an answer holds until %s", (_what, change) => {
  const world = new World();
  let asked = 0;
  const ask = (by: object, what: string): number => world.memoize(by, what, () => (asked += 1));
  expect([ask(settings, "a"), ask(settings, "a"), ask(settings, "b"), ask({}, "a")]).toEqual([1, 1, 2, 3]);
  change(world);
  expect(ask(settings, "a")).toBe(4);
});

test("there is no other way to change a world", () => {
  const methods = Object.getOwnPropertyNames(World.prototype);
  expect(methods.filter((name) => /^(apply|set|forget|add|remove|delete)/.test(name))).toEqual(Object.keys(changes));
});

test("a host that hundreds of Ingresses name is planned once for all of them; each of their decisions has read what that read", () => {
  const acme = claim("acme-org/acme", host);
  const ingresses = Array.from({ length: 300 }, (_, i) => ingress(`acme-org/web-${String(i)}`, [host]));
  const world = new CountingWorld();
  const cluster = { claims: [acme], records: [heldBy(acme)], ingresses, services: [service("acme-org/web")] };
  for (const event of events(cluster)) world.apply(event);
  world.setKong({ synced: true, preFunction: true });
  const [first, ...others] = ingresses.map((one) => {
    const facts = new Facts(world);
    sourceVerdict(facts, settings, one);
    return { asked: world.asked, reads: facts.reads };
  });
  const planned = [factKeys.sources("acme-org", host), factKeys.service("acme-org", "web"), factKeys.record(host)];
  for (const { asked, reads } of others) {
    expect(asked).toBe(first?.asked);
    expect(planned.filter((key) => !reads.has(key))).toEqual([]);
  }
});

/** A world that counts how often a host's sources were asked for. */
class CountingWorld extends World {
  asked = 0;

  override sourcesFor(inNamespace: string, of: RouteHost): ReturnType<World["sourcesFor"]> {
    this.asked += 1;
    return super.sourcesFor(inNamespace, of);
  }
}
