import type { Host } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { decideHost } from "../../src/decide/host.ts";
import { kongPlan } from "../../src/plan/kong/host.ts";
import type { HostPlan } from "../../src/plan/kong/host.ts";
import { planRedirect } from "../../src/plan/redirect.ts";
import type { HostRoutes } from "../../src/plan/host-routes.ts";
import { sourceOutcomes } from "../../src/plan/summary.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Claim, ClaimRedirect } from "../../src/world/claim.ts";
import { claim, heldBy, ingress, path, service, settings, world } from "../support/builders.ts";
import type { Cluster } from "../support/builders.ts";
import { plannedFor } from "../support/planned.ts";

const redirect: ClaimRedirect = { host: "new.org", statusCode: 308, keepPath: true };
const web = ingress("acme-org/web", [], { rules: [{ host: "old.org", paths: [path("/"), path("/shop")] }] });

function clusterOf(old: Claim, more: Cluster = {}): Cluster {
  return { claims: [old], records: [heldBy(old)], ingresses: [web], services: [service("acme-org/web")], ...more };
}

function planned(cluster: Cluster, host = "old.org"): { readonly neutral: HostRoutes; readonly kong: HostPlan } {
  const facts = new Facts(world(cluster));
  const neutral = plannedFor(facts, settings, host as Host);
  return { neutral, kong: kongPlan(settings, neutral, facts.kong.preFunction) };
}

function old(more: Partial<ClaimRedirect> = {}): Claim {
  return claim("acme-org/old", "old.org", { redirect: { ...redirect, ...more } });
}

function lua({ plugins }: HostPlan): string {
  return plugins.map(({ config }) => config.access.join()).join();
}

test("N1: a redirect takes the place of what Ingresses say, and each is told, with the command that gives it back", () => {
  const cluster = clusterOf(old());
  const { neutral, kong } = planned(cluster);
  expect(neutral.routes).toEqual([]);
  expect(kong.routes.map(({ hosts, paths }) => [hosts, paths])).toEqual([[["old.org"], ["/"]]]);
  expect(neutral.refusals).toEqual([
    {
      source: { kind: "Ingress", namespace: "acme-org", name: "web" },
      reason: "HostRedirected",
      message:
        "old.org is not served from here: its claim old redirects it to new.org; to have it served, take the redirect away: kubectl domain redirect old.org --off -n acme-org",
      path: undefined,
      refused: 2,
    },
  ]);
  const facts = new Facts(world(cluster));
  const told = sourceOutcomes(facts, settings, decideHost(facts, settings, "old.org" as Host), neutral);
  expect(told).toMatchObject([{ planned: 0, refused: 2, refusals: [{ reason: "HostRedirected" }] }]);
});

test("X6: a redirect's route leads nowhere without its plugin, which alone knows the answer", () => {
  const { services, plugins, routes } = planned(clusterOf(old())).kong;
  expect(services.map(({ host }) => host)).toEqual(["nowhere.invalid."]);
  expect(plugins.map((plugin) => plugin.service.id)).toEqual([services[0]?.id]);
  expect(routes.map((route) => route.service.id)).toEqual([services[0]?.id]);
});

test("X6: another claim for the host has another service: its route is never answered by what its predecessor's plugin says", () => {
  const ids = ["first", "second"].map((uid) => planned(clusterOf({ ...old(), uid })).kong.services[0]?.id);
  expect(new Set(ids).size).toBe(2);
});

test("a redirect's route is the route that the path / has: one becomes the other by one write", () => {
  const served = planned(clusterOf({ ...old(), redirect: undefined })).kong.routes;
  const [route] = planned(clusterOf(old())).kong.routes;
  expect(served.map(({ id, name }) => ({ id, name }))).toContainEqual({ id: route?.id, name: route?.name });
});

describe("what is asked for is what Kong's function does:", () => {
  const target =
    'local target = kong.request.get_path_with_query() if target:sub(1, 28) == "/.well-known/acme-challenge/" then ' +
    'return kong.response.exit(404, { message = "no Route matched with those values" }) end ';

  test("path and query as they came, or the root of the other host, and for challenges of a certificate authority neither", () => {
    expect(lua(planned(clusterOf(old())).kong)).toBe(
      `${target}if target:sub(1, 1) ~= "/" then target = "/" .. target end ` +
        'return kong.response.exit(308, "redirecting", { Location = "http://new.org" .. target })',
    );
    expect(lua(planned(clusterOf(old({ statusCode: 302, keepPath: false }))).kong)).toBe(
      `${target}return kong.response.exit(302, "redirecting", { Location = "http://new.org/" })`,
    );
  });

  test("a wildcard's only for hosts of one label more", () => {
    const any = claim("acme-org/any", "old.org", { sub: "*", redirect });
    const primary = claim("acme-org/old", "old.org");
    const cluster = { claims: [primary, any], records: [heldBy(primary), heldBy(any)] };
    const { kong } = planned(cluster, "*.old.org");
    expect(lua(kong)).toMatch(/^local host = kong\.request\.get_header\("host"\).*exit\(404.*exit\(308,/);
    expect(kong.routes).toMatchObject([{ hosts: ["*.old.org"], paths: ["~/"], regex_priority: 2 * 256 + 1 }]);
  });

  test("https, where the other host has it", () => {
    const facts = new Facts(world(clusterOf(old())));
    const decision = { host: "old.org" as Host, serving: "acme-org" };
    const scheme = (has: boolean): unknown => planRedirect(facts, decision, (host) => has && host === "new.org");
    expect([scheme(true), scheme(false)]).toMatchObject([{ scheme: "https" }, { scheme: "http" }]);
  });

  test("https, where Kong has a certificate for the other host", () => {
    const state = world(clusterOf(old()));
    const scheme = (): unknown => {
      const facts = new Facts(state);
      return plannedFor(facts, settings, "old.org" as Host).redirect?.scheme;
    };
    expect(scheme()).toBe("http");
    state.setLive("new.org" as Host, { namespaces: [], guard: false, tls: { namespace: "new-org", name: "new" } });
    expect(scheme()).toBe("https");
  });
});

describe("nothing is served of a host that is to be redirected", () => {
  test("where the redirect can't be, and its Ingresses are told as much", () => {
    const circle = old({ host: "old.org" });
    const { neutral, kong } = planned(clusterOf(circle));
    expect(kong).toMatchObject({ routes: [], redirect: undefined, redirectRefusal: { reason: "RedirectCircle" } });
    expect(neutral.refusals).toMatchObject([{ reason: "HostRedirected" }]);
  });

  test("where Kong lacks the plugin", () => {
    const { kong } = planned(clusterOf(old(), { kong: { synced: true, preFunction: false } }));
    expect(kong).toMatchObject({ routes: [], redirectRefusal: { reason: "RedirectUnsupported" } });
  });

  test("L2b: of a wildcard, until every name below it that others hold is guarded", () => {
    const any = claim("acme-org/any", "old.org", { sub: "*", redirect });
    const primary = claim("acme-org/old", "old.org");
    const shop = claim("shop-org/shop", "shop.old.org");
    const cluster = { claims: [primary, any, shop], records: [primary, any, shop].map((one) => heldBy(one)) };
    expect(planned(cluster, "*.old.org").kong).toMatchObject({ routes: [], waitsForGuards: true });
    expect(planned(cluster, "shop.old.org").kong.guard?.hosts).toEqual(["shop.old.org"]);
  });

  test("X5: whose route in Kong is somebody else's", () => {
    const state = world(clusterOf(old()));
    state.setForeign({ routeFor: () => ({ id: "1", name: "legacy" }) }, []);
    const facts = new Facts(state);
    const neutral = plannedFor(facts, settings, "old.org" as Host);
    expect(neutral).toMatchObject({ redirect: undefined, foreign: { name: "legacy" } });
  });
});

test("a namespace that does not hold the host redirects nothing", () => {
  const rival = claim("rival-org/old", "old.org", { redirect });
  const holder = { ...old(), redirect: undefined };
  const { neutral } = planned({ ...clusterOf(holder), claims: [holder, rival] });
  expect(neutral.redirect).toBeUndefined();
  expect(neutral.routes).toHaveLength(2);
});
