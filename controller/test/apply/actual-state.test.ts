import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import type { KongRoute } from "../../src/plan/kong/entities.ts";
import { tagsOf } from "../../src/plan/kong/tags.ts";
import { atOnce } from "../../src/world/pieces.ts";
import { route, service } from "../kong/examples.ts";
import { settings } from "../support/builders.ts";

const acme = "shop.acme.org" as Host;
const evil = "evil.example" as Host;

const hostsOf = (one: KongRoute): readonly RouteHost[] => new ActualState().set("routes", one).hosts;

const taggedFor = (host: RouteHost): readonly string[] =>
  tagsOf(settings, { kind: "Ingress", namespace: "team", name: "shop" }, host);

describe("the hosts that a route concerns", () => {
  test("are said by our tag, whatever somebody made of its hosts", () => {
    const tagged = { ...route, tags: taggedFor(acme) };
    expect(hostsOf(tagged)).toEqual([acme]);
    expect(hostsOf({ ...tagged, hosts: [evil] })).toEqual([acme]);
    expect(hostsOf({ ...tagged, hosts: null })).toEqual([acme]);
    expect(hostsOf({ ...route, hosts: null, tags: taggedFor(anyHost) })).toEqual([anyHost]);
  });

  test("are its own where no tag says it; one without any stands for every host", () => {
    expect(hostsOf({ ...route, hosts: [acme, evil] })).toEqual([acme, evil]);
    expect(hostsOf({ ...route, hosts: [] })).toEqual([anyHost]);
    expect(hostsOf({ ...route, hosts: null })).toEqual([anyHost]);
  });
});

test("a route that moves to another host concerns both, and is found by the new one alone", () => {
  const actual = new ActualState();
  actual.set("routes", route);
  const moved = { ...route, hosts: [evil] };
  expect(actual.set("routes", moved).hosts).toEqual([acme, evil]);
  expect(actual.forHost("routes", acme)).toEqual([]);
  expect(actual.forHost("routes", evil)).toEqual([moved]);
});

test("a change of a route names the service it led to, and that of a plugin its service as changed", () => {
  const actual = new ActualState();
  const of = { collection: "services" as const, id: service.id };
  const own = { collection: "routes" as const, id: route.id };
  expect(actual.set("routes", route)).toMatchObject({ changed: [own], targets: [of] });
  const plugin = {
    id: "p",
    name: "pre-function" as const,
    service: { id: service.id },
    config: { access: [], rewrite: [], certificate: [] },
    enabled: true,
    tags: [],
  };
  expect(actual.set("plugins", plugin)).toMatchObject({
    changed: [{ collection: "plugins", id: "p" }, of],
    targets: [],
  });
});

test("what was written after a listing began is not mistaken for drift", () => {
  const actual = new ActualState();
  actual.set("routes", route);
  const since = actual.beginListing();
  actual.set("services", service);
  actual.delete("routes", route.id);
  expect(atOnce(actual.takeListing("routes", [[route]], since))).toEqual([]);
  expect(atOnce(actual.takeListing("services", [], since))).toEqual([]);
  expect(actual.get("routes", route.id)).toBeUndefined();
  expect(actual.get("services", service.id)).toBe(service);
});

test("X2: a listing is taken in in pieces, also where it has nothing of what is known", () => {
  const actual = new ActualState();
  const routes = Array.from({ length: 1_000 }, (_, i) => ({ ...route, id: `r${String(i)}`, name: `r${String(i)}` }));
  expect([...actual.takeListing("routes", [routes], actual.beginListing())].length).toBeGreaterThanOrEqual(20);
  expect(actual.count("routes")).toBe(1_000);
  expect([...actual.takeListing("routes", [], actual.beginListing())].length).toBeGreaterThanOrEqual(10);
  expect(actual.count("routes")).toBe(0);
});
