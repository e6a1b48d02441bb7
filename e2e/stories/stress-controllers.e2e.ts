import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { paths } from "../support/world/objects.ts";
import { crowdOf } from "./support/crowd.ts";
import { eventually } from "./support/eventually.ts";
import { faultsOf, needsGateway } from "./support/faults.ts";
import { kongAdmin } from "./support/kong.ts";
import { alone, startAnew } from "./support/lone-controller.ts";
import { leads } from "./support/metrics.ts";
import { ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

// The ordinary world on a bad day of its controllers: one dies in the middle of its work, or two work at once.

let story: Story;
let acme: Team;
let coyote: Team;

beforeAll(async () => {
  story = await startStory({ controller: false });
  await story.startController(1, alone);
  [acme, coyote] = await story.teams("acme-org", "coyote-org");
  await Promise.all([acme.site(), coyote.site()]);
});

beforeEach(() => startAnew(story, [acme, coyote]));

afterAll(() => story.stop());

/** Who has routes (not guards) for the host in Kong. */
async function routesOf(host: string): Promise<readonly string[]> {
  const routes = await kongAdmin(story).routesOf(host);
  const ofIngress = routes.filter(({ tags }) => tags?.includes("k8s-kind:Ingress"));
  return [
    ...new Set(ofIngress.map(({ tags }) => tags?.find((tag) => tag.startsWith("k8s-namespace:"))?.slice(14) ?? "")),
  ];
}

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

  const { domains, ingresses } = paths;
  // Through the API itself: kubectl would take longer than what is looked at here.
  const forward = async (): Promise<void> => {
    const { api } = story.cluster;
    for (const [namespace, objects] of [
      ["acme-org", claims.acme],
      ["coyote-org", claims.coyote],
    ] as const)
      for (const object of objects) {
        const path = object.kind === "Domain" ? domains(namespace) : ingresses(namespace);
        await api.must("POST", path, object);
      }
  };
  const backward = async (): Promise<void> => {
    const { api } = story.cluster;
    const all = ["acme-org", "coyote-org"].flatMap((namespace) => [domains(namespace), ingresses(namespace)]);
    await Promise.all(all.map((path) => api.must("DELETE", path)));
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

  /** What Kong has of these claims where nobody dies: one entity for each call. */
  let reference: readonly object[];
  beforeAll(async () => {
    await forward();
    await eventually(there);
    reference = await essence();
    await backward();
    await eventually(away);
  });

  /** A change, the method of the calls that it takes, and how it looks when it is done. */
  interface Change {
    readonly method: "POST" | "DELETE";
    readonly make: () => Promise<void>;
    readonly done: () => Promise<void>;
  }
  const coming: Change = { method: "POST", make: forward, done: there };
  const going: Change = { method: "DELETE", make: backward, done: away };

  /**
   * Makes the change, and kills the controller at its nth call, counted from 0, whose answer is lost: before it takes effect, or
   * after it did. Starts another, waits until it is done, and returns the calls of both that took effect.
   */
  const killedAt = async (n: number, after: boolean, { method, make, done }: Change): Promise<readonly string[]> => {
    // A controller looks through Kong once more ten seconds after its start: what it reads is no call of these.
    const writes = { method, path: "^/(services|routes|plugins)" };
    const faults = faultsOf(story);
    await faults.forget();
    if (after) await faults.add({ ...writes, skip: n, effect: { kind: "silence", after: true } });
    await faults.add({ ...writes, skip: n, count: 1000, effect: { kind: "silence" } });
    await make();
    // Nothing here may ask the Admin API, where it would be the nth call itself.
    await eventually(async () => expect((await faults.writes()).length).toBeGreaterThan(n));
    await story.killController();
    // What the dead one had sent has come to the gateway when it has answered this, and is counted.
    const sent = await faults.writes();
    const lost = await faults.hits();
    await faults.clear();
    await nobodySuffers();
    await story.startController(1, alone);
    await eventually(done);
    return [...sent.slice(0, sent.length - lost), ...(await faults.writes()).slice(sent.length)];
  };

  // Of each two calls one is killed before it takes effect and one after: the soak does both at any call.
  test.for([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    "while it makes claims live, call %i under way, its answer lost: its successor writes exactly what is missing",
    async (n, { skip }) => {
      skip(!story.embedded, needsGateway);
      expect(reference).toHaveLength(11);
      const calls = await killedAt(n, n % 2 === 1, coming);
      expect(calls, calls.join(", ")).toHaveLength(reference.length);
      expect(await essence()).toEqual(reference);
    },
  );

  // What is taken away needs the same calls whether their answers are lost or they are.
  test.for([0, 2, 4, 6, 8])(
    "while it takes claims away, call %i lost: its successor takes exactly what is left",
    async (n, { skip }) => {
      skip(!story.embedded, needsGateway);
      await forward();
      await eventually(there);
      // Two of the entities are plugins, which go with their routes.
      const calls = await killedAt(n, false, going);
      expect(calls, calls.join(", ")).toHaveLength(reference.length - 2);
    },
  );
});

describe("two controllers at once", () => {
  const claimsEach = 20;
  const all = 4 * claimsEach;
  const rush = async (host: string): Promise<readonly Team[]> => {
    const teams = [
      acme,
      coyote,
      ...(await story.teams(`rush-1-${host.split(".")[0] ?? ""}`, `rush-2-${host.split(".")[0] ?? ""}`)),
    ];
    const names = Array.from({ length: claimsEach }, (_, i) => `rush-${String(i).padStart(2, "0")}`);
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
  /** Exactly one of the claims is OK, which is the one that the only record names, and Kong has its namespace's routes only. */
  const oneHolds = async (
    host: string,
    teams: readonly Team[],
    wanted: number,
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
      expect(claims).toHaveLength(wanted);
      expect(claims.filter(({ phase }) => phase === "Failed")).toHaveLength(wanted - 1);
      const [holder] = claims.filter(({ phase }) => phase === "OK");
      expect((await story.records()).filter(({ spec }) => spec.host === host)).toMatchObject([
        { spec: { holder: { namespace: holder?.namespace, name: holder?.name } } },
      ]);
      expect(await routesOf(host)).toEqual([holder?.namespace]);
      expect(await story.visit(host)).toBe(`${holder?.namespace ?? ""}/rush`);
      return { namespace: holder?.namespace ?? "", name: holder?.name ?? "" };
    });

  test("80 claims for one host: one is OK, one record, one namespace's routes; the leader killed, the other goes on", async () => {
    await story.killController("SIGTERM");
    const both = await story.startController(2);
    const teams = await rush("rush.example");
    const holder = await oneHolds("rush.example", teams, all);
    const leading = await Promise.all(both.map(leads));
    expect(leading.filter(Boolean)).toHaveLength(1);
    const customer = await visitor(story, "rush.example");
    await both[leading.indexOf(true)]?.stop("SIGKILL");
    expect(story.runningControllers()).toHaveLength(1);
    // The Lease of the dead one has to expire first.
    await eventually(async () => expect(await leads(story.runningControllers()[0])).toBe(true));
    await acme.apply(primary("after.example"), ingress("after", ["after.example"]));
    await story.serves("after.example", "acme-org/web");
    expect(await customer.leave()).toEqual([`${holder.namespace}/rush`]);
    await crowdOf(story, holder.namespace).end(holder.name);
    const next = await oneHolds("rush.example", teams, all - 1);
    expect(next).not.toEqual(holder);
    await Promise.all(teams.map(({ namespace }) => crowdOf(story, namespace).endAll()));
    await story.killController("SIGTERM");
  });

  test("even if both believe that they lead, one of 80 claims holds the host, and Kong has its routes alone", async () => {
    await story.startController(1, alone);
    const teams = await rush("split.example");
    const holder = await oneHolds("split.example", teams, all);
    const customer = await visitor(story, "split.example");
    await acme.apply(primary("split.example", { name: "late" }));
    await eventually(async () => expect((await acme.claim("late"))?.status?.phase).toBe("Failed"));
    await story.killController();
    expect(await oneHolds("split.example", teams, all + 1)).toEqual(holder);
    expect(await customer.leave()).toEqual([`${holder.namespace}/rush`]);
    await Promise.all(teams.map(({ namespace }) => crowdOf(story, namespace).endAll()));
  });
});
