import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import type { HostPlan } from "../../src/plan/kong/host.ts";
import { kongPlan } from "../../src/plan/kong/host.ts";
import { taggedHost } from "../../src/plan/kong/tags.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Cluster } from "../support/builders.ts";
import { claim, heldBy, ingress, path, service, settings, world } from "../support/builders.ts";
import { plannedFor } from "../support/planned.ts";

const acme = claim("acme-org/acme", "acme.org");
const any = claim("acme-org/any", "acme.org", { sub: "*" });
const shop = claim("shop-org/shop", "shop.acme.org");
const open = ingress("acme-org/web", ["acme.org", "*.acme.org", undefined]);
const cluster: Cluster = {
  claims: [acme, any, shop],
  records: [heldBy(acme), heldBy(any), heldBy(shop)],
  ingresses: [open],
  services: [service("acme-org/web")],
};

const covers: readonly RouteHost[] = ["*.acme.org" as Host, anyHost];

/** What Kong should have for the host, where the name below the wildcard is guarded, so that the wildcard goes live. */
function plan(host: RouteHost, more: Cluster = {}): HostPlan {
  const all = { ...settings, catchAllNamespaces: ["acme-org"], clusterDomain: "cluster.example" };
  const known = world({ ...cluster, ...more });
  known.setLive("shop.acme.org" as Host, { namespaces: [], guard: true });
  const facts = new Facts(known);
  return kongPlan(all, plannedFor(facts, all, host), facts.kong.preFunction);
}

test("X4: a backend is named in full, with the dot at the end, so that no search domain is tried", () => {
  expect(plan("acme.org" as Host).services.map(({ host }) => host)).toEqual(["web.acme-org.svc.cluster.example."]);
});

test.each(covers)("X6: a route for %s leads nowhere without its plugin, which alone knows the backend", (host) => {
  const { routes, services, plugins } = plan(host);
  expect(routes).toHaveLength(1);
  expect(services.map((one) => one.host)).toEqual(["nowhere.invalid."]);
  expect(plugins.map((plugin) => plugin.service.id)).toEqual([services[0]?.id]);
  const [lua = ""] = plugins[0]?.config.access ?? [];
  const [checked = "", target = ""] = lua.split("kong.service.set_target");
  expect(checked).toContain("return kong.response.exit(404");
  expect(target).toContain('("web.acme-org.svc.cluster.example.", 80) kong.service.request.set_header("host", host)');
});

test("X6: a guard leads nowhere without its plugin, and nobody can make a Service of that name", () => {
  const { guard, services } = plan("shop.acme.org" as Host);
  expect(guard?.hosts).toEqual(["shop.acme.org"]);
  // Without the dot at the end a Service nowhere in a namespace invalid would answer, by the search domains.
  expect(services.map(({ host }) => host)).toEqual(["nowhere.invalid."]);
});

test("X6: without the plugin no route for many hosts is written, and one that is there goes", () => {
  const kong = { synced: true, preFunction: false };
  for (const host of covers) {
    expect(plan(host, { kong })).toMatchObject({
      routes: [],
      unsupported: true,
    });
  }
});

test("two Ingresses of a wildcard that differ in preserve-host have a service each: the plugin sets the header", () => {
  const own = { annotations: { "konghq.com/preserve-host": "false" }, rules: [{ host: "*.acme.org", paths: [path("/own")] }] }; // prettier-ignore
  const ingresses = [ingress("acme-org/web", ["*.acme.org"]), ingress("acme-org/own", [], own)];
  const { services, plugins } = plan("*.acme.org" as Host, { ingresses });
  expect(new Set(services.map(({ id }) => id)).size).toBe(2);
  expect(new Set(services.map(({ name }) => name)).size).toBe(2);
  expect(plugins.map(({ config }) => config.access[0]?.split("set_header").at(-1)).sort()).toEqual([
    '("host", "web.acme-org.svc.cluster.example.")',
    '("host", host)',
  ]);
});

test("a route carries the host that it was made for, whatever somebody else makes of its hosts", () => {
  const tagged = (host: RouteHost): unknown => plan(host).routes.map(({ tags }) => taggedHost(tags));
  expect(tagged("acme.org" as Host)).toEqual(["acme.org"]);
  expect(tagged("*.acme.org" as Host)).toEqual(["*.acme.org"]);
  expect(tagged(anyHost)).toEqual([anyHost]);
  expect(tagged("shop.acme.org" as Host)).toEqual(["shop.acme.org"]);
  expect(taggedHost(["k8s-name:x"])).toBeUndefined();
});
