import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { alone, startAnew } from "./support/lone-controller.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

// The ordinary world on a bad day of its gateway: it has wildcards below wildcards to tell apart, or it is away.

/** Milliseconds within which a namespace with many claims ends, once the gateway is back. */
const endMs = 300_000;

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({ controller: false });
  await story.startController(1, alone);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), acme.site("any"), coyote.site(), coyote.site("any")]);
});

beforeEach(() => startAnew(story, [acme, coyote]));

afterAll(() => story.stop());

/** A primary with its wildcard, and an Ingress for the wildcard: `any` answers. */
function wildcard(host: string, delegates: readonly string[] = []): readonly Manifest[] {
  const route = ingress(`any.${host}`, [`*.${host}`], {
    paths: [
      { path: "/", service: "any" },
      { path: "/long/path/of/the/wildcard", service: "any" },
    ],
  });
  return [primary(host, delegates.length > 0 ? { delegates } : {}), shared(`*.${host}`), route];
}

test("L2a: nested wildcards of two teams, with names of three to six labels, answer each for its own", async () => {
  // acme-org has *.nest.example; coyote-org has *.b.nest.example and *.d.c.b.nest.example; acme-org has *.c.b.nest.example.
  await acme.apply(...wildcard("nest.example", ["coyote-org"]));
  await acme.decided("nest.example", { phase: "OK" });
  await coyote.apply(...wildcard("b.nest.example", ["acme-org"]));
  await coyote.decided("b.nest.example", { phase: "OK" });
  await acme.apply(...wildcard("c.b.nest.example", ["coyote-org"]));
  await acme.decided("c.b.nest.example", { phase: "OK" });
  await coyote.apply(...wildcard("d.c.b.nest.example"));
  const expected: Readonly<Record<string, string>> = {
    "nest.example": nobody,
    "x.nest.example": "acme-org/any",
    "b.nest.example": nobody,
    "x.b.nest.example": "coyote-org/any",
    "c.b.nest.example": nobody,
    "x.c.b.nest.example": "acme-org/any",
    "d.c.b.nest.example": nobody,
    "x.d.c.b.nest.example": "coyote-org/any",
    "y.x.nest.example": nobody,
    "y.x.b.nest.example": nobody,
    "z.y.x.nest.example": nobody,
    "y.x.d.c.b.nest.example": nobody,
  };
  for (const [host, answer] of Object.entries(expected)) {
    for (const path of ["", "/long/path/of/the/wildcard/", "/x"]) await story.serves(host + path, answer);
  }
  // With one of them gone its names are nobody's; the wildcards around it don't move in.
  await coyote.remove("ingress", "any.b.nest.example");
  // Its routes leave one by one.
  for (const path of ["", "/long/path/of/the/wildcard/"]) await story.serves(`x.b.nest.example${path}`, nobody);
  for (const [host, answer] of Object.entries(expected)) {
    expect(await story.visit(`${host}/long/path/of/the/wildcard/`), host).toBe(
      host === "x.b.nest.example" ? nobody : answer,
    );
  }
});

describe.each([
  ["3 labels", "l3.example"],
  ["4 labels", "d.l4.example"],
  ["5 labels", "e.d.l5.example"],
])("L2b: a held name of %s below another team's wildcard", (_, zone) => {
  const share = `share.${zone}`;
  const carve = `carve.${zone}`;
  const urls = (host: string): readonly string[] => [
    host,
    `${host}/only/x`,
    `${host}/long/path/of/the/wildcard`,
    `${host}:8000/x`,
    `x.${host}`,
    `${host.toUpperCase()}/x`,
  ];

  test("is its holder's or nobody's: a share and a carve-out, with an Ingress, with one for some paths, without", async () => {
    await coyote.apply(primary(carve));
    await coyote.decided(carve, { phase: "OK" });
    const early = await visitor(story, carve);
    await acme.apply(...wildcard(zone, ["coyote-org"]));
    await story.serves(`free.${zone}`, "acme-org/any");
    await coyote.apply(shared(share, { parent: "acme-org" }));
    await coyote.decided(share, { phase: "OK" });
    await story.serves(share, nobody);
    const visitors = await Promise.all([share, carve].map((host) => visitor(story, `${host}/x`)));

    for (const host of [share, carve]) for (const url of urls(host)) expect(await story.visit(url), url).toBe(nobody);
    await coyote.apply(ingress(zone, [share, carve], { paths: [{ path: "/only" }] }));
    for (const host of [share, carve]) {
      await story.serves(`${host}/only/x`, "coyote-org/web");
      for (const url of urls(host).filter((url) => !url.includes("/only")))
        expect(await story.visit(url), url).toBe(nobody);
    }
    await coyote.apply(ingress(zone, [share, carve]));
    for (const host of [share, carve]) {
      await story.serves(host, "coyote-org/web");
      for (const url of urls(host).slice(0, 4)) expect(await story.visit(url), url).toBe("coyote-org/web");
      expect(await story.visit(`x.${host}`)).toBe(nobody);
    }
    await coyote.remove("ingress", zone);
    for (const host of [share, carve]) await story.serves(host, nobody);
    expect(await story.visit(`free.${zone}`)).toBe("acme-org/any");
    for (const one of visitors)
      expect([nobody, "coyote-org/web"]).toEqual(expect.arrayContaining([...(await one.leave())]));
    expect(await early.leave()).not.toContain("acme-org/any");
    await coyote.remove("domain", share, carve);
    for (const host of [share, carve]) await story.serves(host, "acme-org/any");
  });
});

test("while the gateway is away everything goes on but the routes, and all of it is there when it is back", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  await acme.apply(
    primary("stays.example"),
    primary("goes.example"),
    primary("moves.example", { delegates: ["coyote-org"] }),
    ingress("away", ["stays.example", "goes.example", "moves.example"]),
  );
  for (const host of ["stays.example", "goes.example", "moves.example"]) await story.serves(host, "acme-org/web");
  const customer = await visitor(story, "stays.example");
  await faults.away();
  await acme.apply(primary("new.example"), ingress("new", ["new.example"]));
  await coyote.apply(
    primary("goes.example"),
    ingress("away", ["goes.example", "c.moves.example"]),
    shared("c.moves.example", { parent: "acme-org" }),
  );
  await acme.remove("domain", "goes.example");
  await acme.apply(ingress("away", ["stays.example", "goes.example"]));
  await acme.decided("new.example", { phase: "OK" });
  await acme.condition("new.example", "Programmed", { status: "False", reason: "KongUnreachable" });
  await acme.told("Ingress", "new", { type: "Warning", reason: "KongUnreachable" });
  await coyote.decided("c.moves.example", { phase: "OK" });
  await coyote.decided("goes.example", { phase: "Failed", reason: "AlreadyClaimed" });
  expect(await story.visit("goes.example")).toBe("acme-org/web");
  await faults.back();
  await story.serves("new.example", "acme-org/web");
  await story.serves("goes.example", "coyote-org/web");
  await story.serves("moves.example", nobody);
  await story.serves("c.moves.example", "coyote-org/web");
  await acme.condition("new.example", "Programmed", { status: "True", reason: "Programmed" });
  expect(await customer.leave()).toEqual(["acme-org/web"]);
});

test("a finalizer when Kong is away: Terminating with a condition and an event, nothing lost through a restart, gone when Kong is back", async ({
  skip,
}) => {
  skip(!story.embedded, needsGateway);
  const faults = faultsOf(story);
  const hosts = ["ends.example", "www.ends.example"];
  await acme.apply(
    primary("ends.example"),
    shared("www.ends.example"),
    shared("*.ends.example"),
    ingress("ends", [...hosts, "*.ends.example"]),
  );
  for (const host of [...hosts, "x.ends.example"]) await story.serves(host, "acme-org/web");
  await coyote.apply(primary("ends.example"));
  await coyote.decided("ends.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await faults.away();
  const claims = ["ends.example", "www.ends.example", "*.ends.example"];
  await acme.remove("domain", "ends.example", "www.ends.example", "any.ends.example");
  const waits = async (): Promise<void> => {
    for (const host of claims) {
      await acme.condition(host, "Programmed", { status: "False", reason: "KongUnreachable" });
      const { deletionTimestamp, finalizers } = (await acme.claim(host))?.metadata ?? {};
      expect({ deletionTimestamp, finalizers }).toEqual({
        deletionTimestamp: expect.any(String) as string,
        finalizers: ["kolihub.io/kong"],
      });
      expect((await story.record(host))?.spec.holder?.namespace).toBe("acme-org");
    }
  };
  await waits();
  await acme.told("Domain", "ends.example", { type: "Warning", reason: "KongUnreachable" });
  await story.killController();
  // A controller is not ready while Kong does not answer, and takes over what was begun all the same.
  const starting = story.startController(1, alone);
  await waits();
  for (const host of [...hosts, "x.ends.example"]) expect(await story.visit(host)).toBe("acme-org/web");
  await coyote.decided("ends.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await faults.back();
  await starting;
  for (const host of claims) await acme.gone(host);
  await coyote.decided("ends.example", { phase: "OK" });
  for (const host of [...hosts, "x.ends.example"]) await story.serves(host, nobody);
});

test("a namespace with many claims is deleted while Kong comes and goes: it ends, its routes are gone, its records released", async () => {
  const guest = await story.team("guest-org");
  await guest.site();
  const names = Array.from({ length: 30 }, (_, i) => `g${String(i)}.guests.example`);
  const all = ["guests.example", "*.guests.example", ...names];
  await guest.apply(
    primary("guests.example", { delegates: ["coyote-org"] }),
    shared("*.guests.example"),
    ...names.map((host) => shared(host)),
    ingress("all", all),
  );
  for (const host of ["guests.example", "x.guests.example", ...names]) await story.serves(host, "guest-org/web");
  await coyote.apply(shared("c.guests.example", { parent: "guest-org" }), ingress("guests", ["c.guests.example"]));
  await story.serves("c.guests.example", "coyote-org/web");
  if (story.embedded) await faultsOf(story).away();
  expect(await story.kubectl(["delete", "namespace", "guest-org", "--wait=false"])).toMatchObject({ code: 0 });
  if (story.embedded) {
    await guest.condition("guests.example", "Programmed", { status: "False", reason: "KongUnreachable" });
    await faultsOf(story).back();
  }
  await eventually(async () => {
    const { status } = await story.cluster.api.call("GET", "/api/v1/namespaces/guest-org");
    expect(status).toBe(404);
  }, endMs);
  for (const host of [...all, "c.guests.example"]) await story.heldBy(host, "");
  for (const host of ["guests.example", "x.guests.example", "c.guests.example", ...names])
    await story.serves(host, nobody);
  await coyote.decided("c.guests.example", { phase: "Failed", reason: "DomainNotFound" });
  await eventually(async () =>
    expect(await kongAdmin(story).tagged("services", "managed-by-domain-claims,k8s-namespace:guest-org")).toEqual([]),
  );
  const ends = await Promise.all(all.map(async (host) => (await story.record(host))?.spec.history?.[0]?.namespace));
  expect(new Set(ends)).toEqual(new Set(["guest-org"]));
});
