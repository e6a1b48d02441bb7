import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let marvin: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote, marvin] = await story.teams("acme-org", "coyote-org", "marvin-org");
  await Promise.all([acme.site(), acme.site("any"), acme.site("other"), coyote.site(), marvin.site()]);
});

afterAll(() => story.stop());

/** A primary of acme-org with its wildcard, which the Service `any` answers for. */
async function wildcardOf(host: string, delegates: readonly string[] = []): Promise<void> {
  await acme.apply(
    primary(host, delegates.length === 0 ? {} : { delegates }),
    shared(`*.${host}`),
    ingress(`any.${host}`, [`*.${host}`], { paths: [{ service: "any" }] }),
  );
}

test("H4: a wildcard covers exactly one label, although Kong's matches many", async () => {
  await wildcardOf("h4.example");
  await story.serves("one.h4.example", "acme-org/any");
  for (const host of ["h4.example", "two.one.h4.example", ".h4.example", "a..h4.example", "xh4.example"]) {
    expect(await story.visit(host), host).toMatch(/^4\d\d /);
  }
});

test("L2: a wildcard Ingress host needs a wildcard claim: holding the primary is not enough", async () => {
  await acme.apply(primary("l2.example"), ingress("l2", ["*.l2.example", "l2.example"]));
  await story.serves("l2.example", "acme-org/web");
  await acme.told("Ingress", "l2", {
    reason: "HostNotClaimed",
    message: expect.stringContaining("*.l2.example") as string,
  });
  expect(await story.visit("one.l2.example")).toBe(nobody);
  await acme.must("domain", "claim", "*.l2.example");
  await story.serves("one.l2.example", "acme-org/web");
});

test("L2a: the more specific wildcard first, then the longer path, exact hosts above all", async () => {
  await acme.apply(
    primary("l2a.example"),
    primary("b.l2a.example"),
    shared("*.l2a.example"),
    shared("*.b.l2a.example"),
    shared("www.l2a.example"),
    ingress("l2a-any", ["*.l2a.example"], {
      paths: [
        { path: "/long/path", service: "any" },
        { path: "/", service: "any" },
      ],
    }),
    ingress("l2a-b", ["*.b.l2a.example"], {
      paths: [
        { path: "/", service: "other" },
        { path: "/any", service: "any" },
      ],
    }),
    ingress("l2a-www", ["www.l2a.example"]),
  );
  await story.serves("x.l2a.example", "acme-org/any");
  await story.serves("x.b.l2a.example", "acme-org/other");
  await story.serves("www.l2a.example", "acme-org/web");
  expect(await story.visit("x.b.l2a.example/long/path")).toBe("acme-org/other");
  await story.serves("x.b.l2a.example/any/x", "acme-org/any");
  expect(await story.visit("www.l2a.example/long/path")).toBe("acme-org/web");
  expect(await story.visit("b.l2a.example")).toBe("acme-org/any");
  expect(await story.visit("y.x.b.l2a.example")).toBe(nobody);
});

test("L2a: the wildcards of two teams, one below the other, keep to themselves whatever their paths and ages", async () => {
  await coyote.apply(primary("team.nested.example"), shared("*.team.nested.example"));
  await coyote.decided("*.team.nested.example", { phase: "OK" });
  await coyote.apply(ingress("nested", ["*.team.nested.example"], { paths: [{ path: "/" }] }));
  await acme.apply(
    primary("nested.example"),
    shared("*.nested.example"),
    ingress("nested", ["*.nested.example"], {
      paths: [
        { path: "/", service: "any" },
        { path: "/a/very/long/path", service: "any" },
      ],
    }),
  );
  await story.serves("x.team.nested.example", "coyote-org/web");
  await story.serves("x.nested.example", "acme-org/any");
  expect(await story.visit("x.team.nested.example/a/very/long/path")).toBe("coyote-org/web");
  expect(await story.visit("team.nested.example/a/very/long/path")).toBe(nobody);
  await coyote.remove("ingress", "nested");
  await story.serves("x.team.nested.example/a/very/long/path", nobody);
});

test("L2a: a wildcard with more labels than Kong can rank is refused with a reason", async () => {
  await acme.apply(primary("a.b.c.d.e.f.deep.example"), shared("*.a.b.c.d.e.f.deep.example"));
  await acme.decided("*.a.b.c.d.e.f.deep.example", { phase: "Failed", reason: "WildcardUnsupported" });
});

describe("L2b: a request for a host is served by its holder or by nobody", () => {
  test("a share below a live wildcard, without any Ingress, is nobody's; and the owner's wildcard never answers for it again", async () => {
    await wildcardOf("share.example", ["coyote-org"]);
    await story.serves("shop.share.example", "acme-org/any");
    await coyote.apply(shared("shop.share.example", { parent: "acme-org" }));
    await coyote.decided("shop.share.example", { phase: "OK" });
    await story.serves("shop.share.example", nobody);
    await story.serves("other.share.example", "acme-org/any");
    const customer = await visitor(story, "shop.share.example/elsewhere");
    await coyote.apply(ingress("share", ["shop.share.example"], { paths: [{ path: "/cart" }] }));
    await story.serves("shop.share.example/cart", "coyote-org/web");
    expect(await story.visit("shop.share.example/")).toBe(nobody);
    await coyote.remove("ingress", "share");
    await story.serves("shop.share.example/cart", nobody);
    expect(await customer.leave()).toEqual([nobody]);
  });

  test("however the request spells the host: in capitals, with a port, with a dot at the end", async () => {
    await wildcardOf("spelt.example", ["coyote-org"]);
    await story.serves("x.spelt.example", "acme-org/any");
    await coyote.apply(shared("shop.spelt.example", { parent: "acme-org" }), ingress("spelt", ["shop.spelt.example"]));
    await story.serves("shop.spelt.example", "coyote-org/web");
    const spellings = ["SHOP.spelt.example", "shop.spelt.example:80", "Shop.spelt.example:8000", "shop.spelt.example.", "sh%6fp.spelt.example", "SHOP.SPELT.EXAMPLE"]; // prettier-ignore
    for (const host of spellings) expect([nobody, "coyote-org/web"], host).toContain(await story.visit(host));
    expect(await story.visit("x.spelt.example:8000")).toBe("acme-org/any");
  });

  test("the guard goes when it is not needed: the host is given back, or the wildcard is not served", async () => {
    await wildcardOf("back.example", ["coyote-org"]);
    await story.serves("x.back.example", "acme-org/any");
    await coyote.apply(
      shared("shop.back.example", { parent: "acme-org" }),
      shared("shop2.back.example", { parent: "acme-org" }),
    );
    await story.serves("shop.back.example", nobody);
    await coyote.decided("shop2.back.example", { phase: "OK" });
    await coyote.remove("domain", "shop.back.example");
    await story.serves("shop.back.example", "acme-org/any");
    expect(await kongAdmin(story).routesOf("shop2.back.example")).toHaveLength(1);
    await acme.remove("ingress", "any.back.example");
    await eventually(async () => expect(await kongAdmin(story).routesOf("shop2.back.example")).toEqual([]));
    await coyote.decided("shop2.back.example", { phase: "OK" });
  });

  test("a carve-out below a wildcard that comes later is guarded before the wildcard goes live", async () => {
    await coyote.apply(
      primary("shop.carve.example"),
      primary("dark.carve.example"),
      ingress("carve", ["shop.carve.example"]),
    );
    await story.serves("shop.carve.example", "coyote-org/web");
    await coyote.decided("dark.carve.example", { phase: "OK" });
    const customers = await Promise.all(
      ["shop.carve.example", "dark.carve.example"].map((host) => visitor(story, host)),
    );
    await wildcardOf("carve.example");
    await story.serves("x.carve.example", "acme-org/any");
    const [shop, dark = []] = await Promise.all(customers.map(({ leave }) => leave()));
    expect(shop).toEqual(["coyote-org/web"]);
    // A worker that has the guard and not yet its plugin answers 503: by nobody, too.
    expect(dark.filter((answer) => !/^(404|503) /.test(answer))).toEqual([]);
  });

  test("a wildcard waits, and says so, while the names of others below it can't be guarded", async ({ skip }) => {
    skip(!story.embedded, needsGateway);
    const faults = faultsOf(story);
    await coyote.apply(primary("shop.wait.example"));
    await coyote.decided("shop.wait.example", { phase: "OK" });
    const customer = await visitor(story, "shop.wait.example");
    await faults.add({ method: "POST", path: "/routes", count: 1000, effect: { kind: "status", status: 500 } });
    await wildcardOf("wait.example");
    await acme.condition("*.wait.example", "Programmed", { status: "False", reason: "Programming" });
    await acme.told("Ingress", "any.wait.example", { reason: "Programming" });
    expect(await story.visit("x.wait.example")).toBe(nobody);
    await faults.clear();
    await story.serves("x.wait.example", "acme-org/any");
    await acme.condition("*.wait.example", "Programmed", { status: "True" });
    expect(await customer.leave()).toEqual([nobody]);
  });

  test("a host is given to somebody else only when Kong keeps the wildcard away from it", async ({ skip }) => {
    skip(!story.embedded, needsGateway);
    const faults = faultsOf(story);
    await wildcardOf("give.example", ["coyote-org"]);
    await story.serves("shop.give.example", "acme-org/any");
    await faults.add({ method: "POST", path: "/routes", count: 1000, effect: { kind: "reset" } });
    await coyote.apply(shared("shop.give.example", { parent: "acme-org" }));
    await coyote.decided("shop.give.example", { phase: "Pending", reason: "WaitingForGateway" });
    await story.heldBy("shop.give.example", "");
    expect(await story.visit("shop.give.example")).toBe("acme-org/any");
    await faults.clear();
    await coyote.decided("shop.give.example", { phase: "OK" });
    await story.serves("shop.give.example", nobody);
  });

  test("a held host moves from the wildcard's team to another without a moment of the wildcard in between", async () => {
    await wildcardOf("moves.example", ["coyote-org", "marvin-org"]);
    await story.serves("shop.moves.example", "acme-org/any");
    await coyote.apply(shared("shop.moves.example", { parent: "acme-org" }), ingress("moves", ["shop.moves.example"]));
    await story.serves("shop.moves.example", "coyote-org/web");
    await marvin.apply(shared("shop.moves.example", { parent: "acme-org" }), ingress("moves", ["shop.moves.example"]));
    await marvin.decided("shop.moves.example", { reason: "AlreadyClaimed" });
    const deep = await visitor(story, "x.shop.moves.example");
    await coyote.remove("domain", "shop.moves.example");
    await story.serves("shop.moves.example", "marvin-org/web");
    expect(await deep.leave()).toEqual([nobody]);
  });

  test("the own namespace's names need no guard: what they do not serve its own wildcard does", async () => {
    await wildcardOf("own.example");
    await acme.apply(
      shared("www.own.example"),
      ingress("own-www", ["www.own.example"], { paths: [{ path: "/only" }] }),
    );
    await story.serves("www.own.example/only", "acme-org/web");
    await story.serves("www.own.example/else", "acme-org/any");
  });
});

test("L2c: every route of ours matches on the same two categories, hosts and paths", async () => {
  const routes = await kongAdmin(story).tagged("routes");
  expect(routes.length).toBeGreaterThan(10);
  for (const route of routes) {
    expect(route).toMatchObject({ methods: null, headers: null, snis: null, sources: null, destinations: null });
    expect(route.hosts).toHaveLength(1);
    // Kong splits a route whose paths are of different lengths; only a Prefix of an exact host has two.
    expect(route.paths?.length).toBeLessThanOrEqual(2);
  }
});
