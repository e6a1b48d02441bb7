import { anyHost } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import { describe, expect, test } from "vitest";
import { ForeignHosts } from "../../src/apply/kong/foreign-hosts.ts";
import type { ForeignListing } from "../../src/apply/kong/foreign-hosts.ts";
import type { ForeignRoute } from "../../src/kong/foreign.ts";

const route = (id: string, ...hosts: readonly string[]): ForeignRoute => ({ id, name: `route-${id}`, hosts, tags: [] });

/** A listing in pages of two routes. */
async function* pagesOf(routes: readonly ForeignRoute[]): AsyncGenerator<readonly ForeignRoute[]> {
  for (let i = 0; i < routes.length; i += 2) yield routes.slice(i, i + 2);
}

const listed = async (foreign: ForeignHosts, ...routes: readonly ForeignRoute[]): Promise<ForeignListing> =>
  (await foreign.read(pagesOf(routes))).take();

describe("a host is named by a foreign route", () => {
  test.each<readonly [string, string, boolean]>([
    ["shop.acme.org", "shop.acme.org", true],
    ["shop.acme.org", "www.acme.org", false],
    ["shop.acme.org", "acme.org", false],
    ["SHOP.Acme.Org.", "shop.acme.org", true],
    ["shop.acme.org:8443", "shop.acme.org", true],
    ["*.acme.org", "shop.acme.org", true],
    ["*.acme.org", "deep.shop.acme.org", true],
    ["*.acme.org", "acme.org", false],
    ["*.acme.org", "notacme.org", false],
    ["*.acme.org:80", "shop.acme.org", true],
    ["*.acme.org", "*.acme.org", true],
    ["*.acme.org", "*.shop.acme.org", true],
    ["*.shop.acme.org", "*.acme.org", true],
    ["shop.acme.org", "*.acme.org", true],
    ["a.deep.shop.acme.org:80", "*.acme.org", true],
    ["acme.org", "*.acme.org", false],
    ["shop.other.org", "*.acme.org", false],
    ["a.b.c.d.e.f.g.h", "*.c.d.e.f.g.h", true],
    ["acme.*", "acme.org", true],
    ["acme.*", "acme.co.uk", true],
    ["shop.acme.*", "shop.acme.org", true],
    ["acme.*", "shop.acme.org", false],
    ["acme.*", "*.acme.org", true],
    ["shop.acme.*", "*.other.example", true],
    ["*.", "acme.org", false],
    ["", "acme.org", false],
    ["acme.org", anyHost, false],
  ])("%j in Kong, %s of ours: %s", async (pattern, host, named) => {
    const foreign = new ForeignHosts();
    const { routes } = await listed(foreign, route("1", pattern));
    expect(routes.routeFor(host as RouteHost)).toEqual(named ? { id: "1", name: "route-1" } : undefined);
  });

  test("the first by id where there are several, an exact name before wildcards, and never one without hosts", async () => {
    const foreign = new ForeignHosts();
    const { routes } = await listed(
      foreign,
      route("0"),
      route("1", "*.org"),
      route("3", "shop.acme.org", "*.acme.org"),
      route("2", "shop.acme.org"),
    );
    expect(routes.routeFor("shop.acme.org" as RouteHost)?.id).toBe("2");
    expect(routes.routeFor("www.acme.org" as RouteHost)?.id).toBe("3");
    expect(routes.routeFor("other.org" as RouteHost)?.id).toBe("1");
    expect(routes.routeFor("other.example" as RouteHost)).toBeUndefined();
  });
});

describe("a listing", () => {
  const changes = ({ changed }: ForeignListing, ...hosts: readonly string[]): readonly string[] =>
    hosts.filter((host) => changed(host as RouteHost));

  test("says which hosts a foreign route names newly, otherwise, or no longer", async () => {
    const foreign = new ForeignHosts();
    const hosts = ["stays.acme.org", "goes.acme.org", "moves.acme.org", "comes.acme.org", "below.comes.example"];
    await listed(foreign, route("1", "stays.acme.org", "goes.acme.org"), route("2", "moves.acme.org"));
    const next = [route("1", "stays.acme.org", "moves.acme.org"), route("3", "comes.acme.org", "*.comes.example")];
    const second = await listed(foreign, ...next);
    expect(changes(second, ...hosts, "*.acme.org", "*.other.example")).toEqual([...hosts.slice(1), "*.acme.org"]);
    expect(second.routes.routeFor("goes.acme.org" as RouteHost)).toBeUndefined();
    const same = await listed(foreign, ...next);
    expect(same.routes).toBe(second.routes);
    expect(changes(same, ...hosts)).toEqual([]);
  });

  test("that breaks off changes nothing", async () => {
    const foreign = new ForeignHosts();
    const before = await listed(foreign, route("1", "acme.org"));
    const broken = async function* (): AsyncGenerator<readonly ForeignRoute[]> {
      yield [route("2", "other.org")];
      throw new Error("gone");
    };
    await expect(foreign.read(broken())).rejects.toThrow("gone");
    const after = await listed(foreign, route("1", "acme.org"));
    expect(after.routes).toBe(before.routes);
    expect(after.routes.routeFor("other.org" as RouteHost)).toBeUndefined();
  });

  test("of more hosts than are remembered keeps the first ones, and counts the others", async () => {
    const foreign = new ForeignHosts(2);
    const reading = await foreign.read(pagesOf([route("1", "a.org", "b.org"), route("2", "c.org", "a.org")]));
    expect(reading.forgotten).toBe(1);
    const { routes } = reading.take();
    expect(routes.routeFor("a.org" as RouteHost)?.id).toBe("1");
    expect(routes.routeFor("c.org" as RouteHost)).toBeUndefined();
  });
});
