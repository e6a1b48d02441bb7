import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

// The ordinary world on a bad day. Controllers that are killed and started here run without leader election where there
// is never more than one: a successor would wait for the Lease of the dead one.

const alone = ["--leader-election=false", "--kong-resync-period=0"];

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({ controller: false });
  await story.startController(1, alone);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), acme.site("any"), coyote.site(), coyote.site("any")]);
});

beforeEach(async () => {
  if (story.embedded) {
    await faultsOf(story).back();
    await faultsOf(story).clear();
  }
  if (story.runningControllers().length === 0) await story.startController(1, alone);
  await Promise.all([acme, coyote].map((team) => team.kubectl(["delete", "ingress", "--all"])));
  await Promise.all([acme, coyote].map(({ namespace }) => crowdOf(story, namespace).endAll()));
});

afterAll(() => story.stop());

/** Who has routes (not guards) for the host in Kong. */
async function routesOf(host: string): Promise<readonly string[]> {
  const routes = await kongAdmin(story).routesOf(host);
  const ofIngress = routes.filter(({ tags }) => tags?.includes("k8s-kind:Ingress"));
  return [
    ...new Set(ofIngress.map(({ tags }) => tags?.find((tag) => tag.startsWith("k8s-namespace:"))?.slice(14) ?? "")),
  ];
}

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
  await story.serves("x.b.nest.example", nobody);
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

describe("a controller that dies between any two calls of Kong", () => {
  const claims = {
    acme: [
      primary("dies.example", { delegates: ["coyote-org"] }),
      shared("*.dies.example"),
      ingress("dies", ["dies.example", "*.dies.example"]),
    ],
    coyote: [
      shared("shop.dies.example", { parent: "acme-org" }),
      shared("quiet.dies.example", { parent: "acme-org" }),
      ingress("dies", ["shop.dies.example"]),
    ],
  };
  const hosts = ["dies.example", "x.dies.example", "shop.dies.example", "quiet.dies.example"];
  const live = ["acme-org/web", "acme-org/web", "coyote-org/web", nobody];

  const forward = async (): Promise<void> => {
    await acme.apply(...claims.acme);
    await coyote.apply(...claims.coyote);
  };
  const backward = async (): Promise<void> => {
    await Promise.all(
      [acme, coyote].map((team) => team.kubectl(["delete", "domain,ingress", "--all", "--wait=false"])),
    );
  };
  const there = async (): Promise<void> => {
    for (const [i, host] of hosts.entries()) expect(await story.visit(host), host).toBe(live[i]);
    await acme.decided("*.dies.example", { phase: "OK" });
    await coyote.decided("shop.dies.example", { phase: "OK" });
    await coyote.decided("quiet.dies.example", { phase: "OK" });
    expect((await story.record("quiet.dies.example"))?.spec.holder?.namespace).toBe("coyote-org");
  };
  const ended = async (): Promise<void> => {
    for (const team of [acme, coyote]) expect(await crowdOf(story, team.namespace).list()).toEqual([]);
  };
  const away = async (): Promise<void> => {
    await ended();
    expect(await kongAdmin(story).everything()).toEqual([]);
  };
  /** Nobody is ever served what somebody else holds: looked at while no controller runs, so that nothing moves. */
  const nobodySuffers = async (): Promise<void> => {
    for (const host of hosts) {
      const holder = (await story.record(host === "x.dies.example" ? "*.dies.example" : host))?.spec.holder?.namespace;
      const answer = await story.visit(host);
      if (holder !== undefined) expect([nobody, `${holder}/web`], host).toContain(answer);
      // A free name below the wildcard is the wildcard's.
      else expect([nobody, "acme-org/web"], host).toContain(answer);
    }
  };
  const essence = async (): Promise<readonly object[]> =>
    (await kongAdmin(story).everything()).map((entity) => ({ ...entity, created_at: 0, updated_at: 0 }));
  const hits = async (): Promise<number> => {
    const answer = await fetch(`${story.controlUrl ?? ""}/__faults`);
    return ((await answer.json()) as { readonly rules: readonly { readonly hits: number }[] }).rules.reduce(
      (sum, rule) => sum + rule.hits,
      0,
    );
  };

  test.for([
    ["before it takes effect", false],
    ["after it took effect, its answer lost", true],
  ] as const)(
    "with a write under way, killed %s: its successor writes exactly what is missing",
    { timeout: 300_000 },
    async ([, after], { skip }) => {
      skip(!story.embedded, needsGateway);
      const faults = faultsOf(story);
      const writes = { path: "^/(services|routes|plugins)" };
      await backward();
      await eventually(away);
      await forward();
      await eventually(there);
      const reference = await essence();
      await backward();
      await eventually(away);

      /** Makes the change, kills the controller at its nth call, starts another; false where there was no nth call. */
      const killedAt = async (
        n: number,
        change: () => Promise<void>,
        over: () => Promise<void>,
        done = over,
      ): Promise<boolean> => {
        await faults.forget();
        if (after) await faults.add({ ...writes, skip: n, effect: { kind: "silence", after: true } });
        await faults.add({ ...writes, skip: n, count: 1000, effect: { kind: "silence" } });
        await change();
        // Nothing here may ask the Admin API, where it would be the nth call itself.
        const came = async (): Promise<number> => (await faults.writes()).length;
        const hit = await eventually(async () => {
          if ((await came()) > n) return true;
          const before = await came();
          await over();
          await sleep(150);
          const now = await came();
          expect(now > n || now === before).toBe(true);
          return now > n;
        });
        if (hit) await story.killController();
        const lost = await hits();
        await faults.clear();
        if (!hit) return false;
        await nobodySuffers();
        await story.startController(1, alone);
        await eventually(done);
        const all = await faults.writes();
        // What was silenced before it took effect had to be written again, and nothing else.
        if (change === forward) expect(all.length - lost, `${String(n)}: ${all.join(", ")}`).toBe(reference.length);
        return true;
      };
      let n = 0;
      for (let more = true; more; n += 1) {
        const came = await killedAt(n, forward, there);
        expect(await essence()).toEqual(reference);
        // What is taken away needs the same calls whether their answers are lost or they are.
        const went = !after && (await killedAt(n, backward, ended, away));
        if (after) await backward();
        await eventually(away);
        more = came || went;
      }
      expect(n).toBeGreaterThan(5);
    },
  );
});

describe("two controllers at once", () => {
  const rush = async (host: string): Promise<readonly Team[]> => {
    const teams = [
      acme,
      coyote,
      ...(await story.teams(`rush-1-${host.split(".")[0] ?? ""}`, `rush-2-${host.split(".")[0] ?? ""}`)),
    ];
    const names = Array.from({ length: 50 }, (_, i) => `rush-${String(i).padStart(2, "0")}`);
    await Promise.all(
      teams.map(async (team) => {
        await team.site("rush");
        await team.apply(ingress("rush", [host], { paths: [{ service: "rush" }] }));
      }),
    );
    await Promise.all(
      teams.map((team) => crowdOf(story, team.namespace).create(names.map((name) => primary(host, { name })))),
    );
    return teams;
  };
  /** Exactly one of 200 claims is OK, which is the one that the only record names, and Kong has its namespace's routes only. */
  const oneHolds = async (
    host: string,
    teams: readonly Team[],
    all: number,
  ): Promise<{ readonly namespace: string; readonly name: string }> =>
    eventually(async () => {
      const claims = (
        await Promise.all(
          teams.map(async ({ namespace }) =>
            (await crowdOf(story, namespace).list())
              .filter(({ spec }) => spec["primary"] === host)
              .map(({ metadata: { name }, status }) => ({ namespace, name, phase: status?.phase })),
          ),
        )
      ).flat();
      expect(claims).toHaveLength(all);
      expect(claims.filter(({ phase }) => phase === "Failed")).toHaveLength(all - 1);
      const [holder] = claims.filter(({ phase }) => phase === "OK");
      const { items } = (await story.cluster.api.must("GET", "/apis/platform.koli.io/v1/hostrecords")) as {
        readonly items: readonly { readonly spec: { readonly host: string; readonly holder?: object } }[];
      };
      expect(items.filter(({ spec }) => spec.host === host)).toMatchObject([
        { spec: { holder: { namespace: holder?.namespace, name: holder?.name } } },
      ]);
      expect(await routesOf(host)).toEqual([holder?.namespace]);
      expect(await story.visit(host)).toBe(`${holder?.namespace ?? ""}/rush`);
      return { namespace: holder?.namespace ?? "", name: holder?.name ?? "" };
    }, 60_000);

  test("200 claims for one host: one is OK, one record, one namespace's routes; the leader killed, the other goes on", async () => {
    await story.killController("SIGTERM");
    const both = await story.startController(2);
    const teams = await rush("rush.example");
    const holder = await oneHolds("rush.example", teams, 200);
    const leads = await Promise.all(
      both.map(async ({ healthUrl }) => /_leader 1$/m.test(await (await fetch(`${healthUrl}/metrics`)).text())),
    );
    expect(leads.filter(Boolean)).toHaveLength(1);
    const customer = await visitor(story, "rush.example");
    await both[leads.indexOf(true)]?.stop("SIGKILL");
    expect(story.runningControllers()).toHaveLength(1);
    await acme.apply(primary("after.example"), ingress("after", ["after.example"]));
    await story.serves("after.example", "acme-org/web");
    expect(await customer.leave()).toEqual([`${holder.namespace}/rush`]);
    await crowdOf(story, holder.namespace).end(holder.name);
    const next = await oneHolds("rush.example", teams, 199);
    expect(next).not.toEqual(holder);
    await Promise.all(teams.map(({ namespace }) => crowdOf(story, namespace).endAll()));
    await story.killController("SIGTERM");
  });

  test("even if both believe that they lead, one of 200 claims holds the host, and Kong has its routes alone", async () => {
    await Promise.all([story.startController(1, alone), story.startController(1, alone)]);
    const teams = await rush("split.example");
    const holder = await oneHolds("split.example", teams, 200);
    const customer = await visitor(story, "split.example");
    await acme.apply(primary("split.example", { name: "late" }));
    await eventually(async () => expect((await acme.claim("late"))?.status?.phase).toBe("Failed"));
    await story.killController();
    expect(await oneHolds("split.example", teams, 201)).toEqual(holder);
    expect(await customer.leave()).toEqual([`${holder.namespace}/rush`]);
    await Promise.all(teams.map(({ namespace }) => crowdOf(story, namespace).endAll()));
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
  const deletion = story.kubectl(["delete", "namespace", "guest-org", "--timeout=90s"]);
  if (story.embedded) {
    await guest.condition("guests.example", "Programmed", { status: "False", reason: "KongUnreachable" });
    await faultsOf(story).back();
  }
  expect(await deletion).toMatchObject({ code: 0 });
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
