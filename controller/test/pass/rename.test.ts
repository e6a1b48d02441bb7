import { describe, expect, test } from "vitest";
import { KongError } from "../../src/kong/errors.ts";
import { settleTime } from "../../src/apply/kong/settle-time.ts";
import type { Claim } from "../../src/world/claim.ts";
import { claim, fresh, ingress, namespace, path, service } from "../support/builders.ts";
import { run } from "../support/controller.ts";
import type { Running } from "../support/controller.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { FakeKong } from "../support/fake-kong.ts";
import { LateWorkers } from "../support/late-workers.ts";

/** A gateway whose workers take up to five seconds for routes, and for plugins, and a controller that waits for ten. */
const lagMs = 5_000;
const settleMs = 10_000;
const web = "acme-org.web.80";

interface Stage extends Running {
  readonly workers: LateWorkers;
}

function start(before: Partial<Pick<Running, "cluster" | "kong" | "clock">> & { workers?: LateWorkers } = {}): Stage {
  const { cluster = new FakeCluster(), kong = new FakeKong(), clock = new FakeClock() } = before;
  const running = run({ cluster, kong, clock, proverFor: () => settleTime(clock, settleMs) });
  return { ...running, workers: before.workers ?? new LateWorkers(kong, clock, lagMs) };
}

/** acme-org holds old.org and serves it. */
async function served(stage: Stage): Promise<void> {
  const { cluster, clock } = stage;
  cluster.put("Namespace", namespace("acme-org"));
  cluster.put("Service", service("acme-org/web"));
  cluster.put("Ingress", ingress("acme-org/web", ["old.org"], { rules: [{ host: "old.org", paths: [path("/"), path("/shop")] }] })); // prettier-ignore
  cluster.put("Domain", claim("acme-org/old", "old.org", fresh));
  await clock.pass(settleMs);
  expect(stage.workers.answers("old.org")).toEqual([web]);
}

function rename(host: string, of: string, more: Partial<Claim> = {}): Claim {
  return claim(`acme-org/${host.split(".")[0] ?? ""}`, host, {
    ...fresh,
    renames: of,
    created: "2026-05-01T00:00:00Z",
    ...more,
  });
}

/** Lets the time pass in small steps, and looks after each. */
async function watched({ clock }: Stage, ms: number, look: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    look();
    await clock.pass(500);
  }
  look();
}

/** No moment without an answer (N-a), and nobody is sent to where there may be none. */
function nothingIsLost({ workers }: Stage): void {
  for (const at of ["/", "/shop"]) {
    const now = workers.answers("old.org", at);
    expect(now.filter((answer) => answer !== web && answer !== "http://new.org")).toEqual([]);
    if (now.includes("http://new.org")) expect(workers.answers("new.org", at)).toEqual([web]);
  }
}

const statusOf = ({ cluster }: Running, name: string) => cluster.get("Domain", `acme-org/${name}`)?.status;

function conditions(running: Running, name: string): Readonly<Record<string, string>> {
  const all = statusOf(running, name)?.conditions ?? [];
  return Object.fromEntries(all.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

const holderOf = ({ cluster }: Running, host: string) => cluster.get("HostRecord", host)?.holder;

describe("N2: a rename", () => {
  test("goes through its stages by itself and loses no request, whatever a worker has of routes and plugins", async () => {
    const stage = start();
    await served(stage);
    stage.cluster.put("Domain", rename("new.org", "old"));
    const stages = new Set<string | undefined>();
    await watched(stage, 60_000, () => {
      nothingIsLost(stage);
      stages.add(statusOf(stage, "new")?.stage);
    });
    expect([...stages]).toEqual([undefined, "RenameRouting", "RenameCleanup", "Live"]);
    expect(stage.workers.answers("old.org", "/shop")).toEqual(["http://new.org"]);
    expect(statusOf(stage, "old")).toMatchObject({ stage: "Redirecting" });
    expect(conditions(stage, "new")).toMatchObject({ Ready: "True Live", Renamed: "True Renamed" });
    expect(conditions(stage, "old")).toMatchObject({ Ready: "True Redirecting" });
    expect(stage.kong.routes().filter((route) => route.startsWith("old.org"))).toHaveLength(1);
    expect(holderOf(stage, "new.org")).toMatchObject({ renamedFrom: [{ host: "old.org" }] });
    expect(holderOf(stage, "old.org")).toMatchObject({ renamedTo: { host: "new.org", name: "new" } });
    expect(stage.events.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(["RenameRouting", "Renamed", "HostRenamed"]),
    );
    expect(stage.cluster.get("Ingress", "acme-org/web")?.addresses).toEqual([{ ip: "192.0.2.1" }]);
    stage.writes();
    await stage.clock.pass(120_000);
    expect(stage.writes()).toEqual([]);
    await stage.stop();
  });

  test("that whoever leads dies in loses nothing either, after whichever write, and comes to its end", async () => {
    const count = async (): Promise<number> => {
      const stage = start();
      await served(stage);
      stage.writes();
      stage.cluster.put("Domain", rename("new.org", "old"));
      await stage.clock.pass(60_000);
      await stage.stop();
      return stage.writes().length;
    };
    const writes = await count();
    expect(writes).toBeGreaterThan(10);
    for (let after = 1; after <= writes; after++) {
      const first = start();
      await served(first);
      let left = after;
      const look = first.kong.onWrite;
      const oneMore = (): void => void (--left === 0 && first.crash());
      first.kong.onWrite = () => void (look(), oneMore());
      first.cluster.onChange = oneMore;
      first.cluster.put("Domain", rename("new.org", "old"));
      left += 1;
      await watched(first, 40_000, () => nothingIsLost(first));
      expect(left, `it died after write ${String(after)}`).toBeLessThanOrEqual(1);
      first.kong.onWrite = look;
      const next = start(first);
      await watched(next, 40_000, () => nothingIsLost(next));
      expect(statusOf(next, "new")?.stage, `after write ${String(after)}`).toBe("Live");
      expect(next.workers.answers("old.org", "/shop")).toEqual(["http://new.org"]);
      await next.stop();
    }
  });

  test("waits where Kong fails at a step, tells it, serves the old name on, and goes on when Kong is back", async () => {
    for (const after of [0, 1, 2, 3, 4, 5, 6]) {
      const stage = start();
      await served(stage);
      let left = after;
      stage.kong.fault = (call) => {
        if (!/^(create|update|remove) /.test(call)) return;
        if (left === 0) throw new KongError("away", { kind: "unavailable" });
        left -= 1;
      };
      stage.cluster.put("Domain", rename("new.org", "old"));
      await watched(stage, 60_000, () => nothingIsLost(stage));
      if (after < 6) expect(conditions(stage, "new")["Ready"], String(after)).toMatch(/^(False|Unknown) /);
      stage.kong.fault = () => undefined;
      await watched(stage, 200_000, () => nothingIsLost(stage));
      expect(conditions(stage, "new")).toMatchObject({ Ready: "True Live", Renamed: "True Renamed" });
      await stage.stop();
    }
  });

  test("is undone when the new claim is deleted, before the old name has given way and after, and loses none of the old name's requests", async () => {
    for (const after of [1_000, 9_000, 12_000, 40_000]) {
      const stage = start();
      await served(stage);
      stage.cluster.put("Domain", rename("new.org", "old"));
      await watched(stage, after, () => nothingIsLost(stage));
      stage.cluster.remove("Domain", "acme-org", "new");
      await watched(stage, 40_000, () => {
        const now = stage.workers.answers("old.org", "/shop");
        expect(now.filter((answer) => answer !== web && answer !== "http://new.org")).toEqual([]);
      });
      expect(stage.workers.answers("old.org", "/shop"), String(after)).toEqual([web]);
      expect(stage.workers.answers("new.org")).toEqual(["404"]);
      expect(holderOf(stage, "old.org")?.renamedTo).toBeUndefined();
      expect(conditions(stage, "old")).toMatchObject({ Ready: "True Live" });
      expect(stage.kong.stored.plugins.size).toBe(0);
      const [last] = stage.cluster.get("HostRecord", "new.org")?.history ?? [];
      expect(last).toMatchObject({ renamedFrom: "old.org" });
      await stage.stop();
    }
  });

  test("goes on serving the new name when the old claim is released, in whichever stage", async () => {
    for (const after of [1_000, 40_000]) {
      const stage = start();
      await served(stage);
      stage.cluster.put("Domain", rename("new.org", "old"));
      await stage.clock.pass(after);
      stage.cluster.remove("Domain", "acme-org", "old");
      await watched(stage, 40_000, () => {
        if (after === 40_000) expect(stage.workers.answers("new.org", "/shop")).toEqual([web]);
      });
      expect(stage.workers.answers("new.org", "/shop")).toEqual([web]);
      expect(stage.workers.answers("old.org")).toEqual(["404"]);
      expect(conditions(stage, "new")).toMatchObject({ Ready: "True Live", Renamed: "True Renamed" });
      expect(stage.cluster.get("HostRecord", "old.org")?.history).toMatchObject([{ renamedTo: "new.org" }]);
      await stage.stop();
    }
  });

  test("leaves nothing behind the old name when its time is over, or where no redirect is wanted, and holds it still", async () => {
    for (const [redirectForMs, location] of [
      [60_000, "http://new.org"],
      [0, "404"],
    ] as const) {
      const stage = start();
      await served(stage);
      stage.cluster.put("Domain", rename("new.org", "old", { redirectForMs }));
      await stage.clock.pass(40_000);
      expect(stage.workers.answers("old.org")).toEqual([location]);
      await stage.clock.pass(60_000);
      expect(stage.workers.answers("old.org", "/shop")).toEqual(["404"]);
      expect(stage.workers.answers("new.org", "/shop")).toEqual([web]);
      expect(statusOf(stage, "old")).toMatchObject({ phase: "OK", stage: "Held" });
      expect(conditions(stage, "old")).toMatchObject({ Ready: "True Renamed", Programmed: "True Renamed" });
      expect(conditions(stage, "new")).toMatchObject({ Ready: "True Live", Renamed: "True Renamed" });
      expect(stage.kong.stored.plugins.size).toBe(0);
      await stage.stop();
    }
  });

  test("of a rename leads the oldest name straight to the newest, which has all their paths and their names", async () => {
    const stage = start();
    await served(stage);
    stage.cluster.put("Domain", rename("new.org", "old"));
    stage.cluster.put("Domain", rename("newer.org", "new"));
    await stage.clock.pass(8_000);
    expect(conditions(stage, "newer")).toMatchObject({ Renamed: "False OldNameInRename" });
    expect(stage.workers.answers("newer.org")).toEqual(["404"]);
    await stage.clock.pass(100_000);
    expect(conditions(stage, "newer")).toMatchObject({ Ready: "True Live", Renamed: "True Renamed" });
    for (const host of ["old.org", "new.org"]) expect(stage.workers.answers(host)).toEqual(["http://newer.org"]);
    expect(stage.workers.answers("newer.org", "/shop")).toEqual([web]);
    const names = holderOf(stage, "newer.org")?.renamedFrom?.map((name) => name.host);
    expect(names).toEqual(["new.org", "old.org"]);
    await stage.stop();
  });

  test("back is a redirect of the new claim: the old name serves again", async () => {
    const stage = start();
    await served(stage);
    stage.cluster.put("Domain", rename("new.org", "old"));
    await stage.clock.pass(60_000);
    const now = stage.cluster.get("Domain", "acme-org/new");
    if (now === undefined) throw new Error("it is gone");
    const redirect = { host: "old.org", statusCode: 308, keepPath: true } as const;
    stage.cluster.put("Domain", { ...now, redirect, generation: 2 });
    await watched(stage, 60_000, () => expect(stage.workers.answers("old.org")).not.toContain("404"));
    expect(stage.workers.answers("old.org", "/shop")).toEqual([web]);
    expect(stage.workers.answers("new.org", "/shop")).toEqual(["http://old.org"]);
    expect(conditions(stage, "new")).toMatchObject({ Renamed: "False RenameOff" });
    await stage.stop();
  });
});

describe("N2: there is no rename", () => {
  test("of what no claim holds, by two at once, or in a circle; nothing that is served is touched", async () => {
    const stage = start();
    await served(stage);
    const { cluster, clock, workers } = stage;
    cluster.put("Domain", rename("x.org", "nobody"));
    cluster.put("Domain", rename("a.org", "b"));
    cluster.put("Domain", rename("b.org", "a"));
    cluster.put("Domain", rename("c.org", "b"));
    await watched(stage, 60_000, () => expect(workers.answers("old.org")).toEqual([web]));
    expect(conditions(stage, "x")).toMatchObject({ Renamed: "False OldNameNotHeld", Ready: "False OldNameNotHeld" });
    for (const name of ["a", "b", "c"])
      expect(conditions(stage, name)).toMatchObject({ Renamed: "False RenameCircle" });
    cluster.put("Domain", rename("one.org", "old"));
    cluster.put("Domain", rename("two.org", "old", { created: "2026-05-02T00:00:00Z" }));
    await clock.pass(60_000);
    expect(conditions(stage, "one")).toMatchObject({ Renamed: "True Renamed" });
    expect(conditions(stage, "two")).toMatchObject({ Renamed: "False OldNameRenamed" });
    expect(workers.answers("two.org")).toEqual(["404"]);
    cluster.remove("Domain", "acme-org", "one");
    await clock.pass(60_000);
    expect(conditions(stage, "two")).toMatchObject({ Renamed: "True Renamed" });
    expect(workers.answers("old.org")).toEqual(["http://two.org"]);
    await stage.stop();
  });

  test("onto a name that somebody else holds, or waits for first", async () => {
    const stage = start();
    await served(stage);
    const { cluster, clock, workers } = stage;
    for (const name of ["rival", "next"]) cluster.put("Namespace", namespace(name));
    cluster.put("Domain", claim("rival/new", "new.org", fresh));
    cluster.put("Domain", claim("next/new", "new.org", { ...fresh, created: "2026-04-20T00:00:00Z" }));
    cluster.put("Domain", rename("new.org", "old"));
    await clock.pass(30_000);
    expect(statusOf(stage, "new")).toMatchObject({ phase: "Failed", reason: "AlreadyClaimed" });
    cluster.remove("Domain", "rival", "new");
    await watched(stage, 60_000, () => expect(workers.answers("old.org")).toEqual([web]));
    expect(holderOf(stage, "new.org")?.namespace).toBe("next");
    expect(statusOf(stage, "new")).toMatchObject({ phase: "Failed", reason: "AlreadyClaimed" });
    cluster.remove("Domain", "next", "new");
    await clock.pass(60_000);
    expect(workers.answers("old.org")).toEqual(["http://new.org"]);
    await stage.stop();
  });

  test("of another namespace's claim of the same name, nor by its sources", async () => {
    const stage = start();
    await served(stage);
    const { cluster, clock, workers } = stage;
    cluster.put("Namespace", namespace("rival"));
    cluster.put("Domain", claim("rival/new", "new.org", { ...fresh, renames: "old" }));
    await clock.pass(60_000);
    expect(workers.answers("old.org")).toEqual([web]);
    expect(workers.answers("new.org")).toEqual(["404"]);
    await stage.stop();
  });
});
