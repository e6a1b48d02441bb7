import { describe, expect, test } from "vitest";
import { unavailable } from "../../src/kube/errors.ts";
import { leaderElection } from "../../src/leader/lease.ts";
import type { LeaseSpec } from "../../src/leader/lease-object.ts";
import type { KubeRequest, KubeResponse, KubeTransport } from "../../src/kube/calls.ts";
import { fakeApi, statusAnswer } from "../kube/fake-api.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

const path = "/apis/coordination.k8s.io/v1/leases";

/** A candidate for the one Lease; `told` lists what its handlers were told. */
function candidate(api: ReturnType<typeof fakeApi>, clock: FakeClock, identity: string, seed: number) {
  const told: string[] = [];
  const abort = new AbortController();
  const line: { fault: ((request: KubeRequest) => Promise<KubeResponse> | undefined) | undefined } = {
    fault: undefined,
  };
  const transport: KubeTransport = { ...api, request: (request) => line.fault?.(request) ?? api.request(request) };
  const election = leaderElection({
    annotations: () => ({ "platform.koli.io/version": identity }),
    ...{
      transport,
      namespace: "kong-system",
      name: "domain-claims",
      identity,
      clock,
      log: fakeLog(),
      random: () => seed,
    },
    ...{ leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 },
    onGained: () => told.push("gained"),
    onLost: () => told.push("lost"),
    onWentBack: () => told.push("went back"),
  });
  const running = election.run(abort.signal);
  const stop = async (): Promise<void> => {
    abort.abort();
    await running;
  };
  return { ...election, line, told, stop };
}

const lease = (api: ReturnType<typeof fakeApi>): LeaseSpec | undefined =>
  api.get(path, "domain-claims", "kong-system")?.["spec"] as LeaseSpec | undefined;
const away = () => Promise.reject<KubeResponse>(unavailable("PUT", new Error("other side closed")));
const hang = () => new Promise<KubeResponse>(() => {});

function election() {
  const api = fakeApi();
  const clock = new FakeClock();
  return { api, clock, join: (identity: string, seed: number) => candidate(api, clock, identity, seed) };
}

describe("a lease", () => {
  test("is taken by the first candidate, kept by renewals, and not by the second", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    const b = join("b", 0.2);
    await clock.pass(120_000);
    expect([a.held(), b.held()]).toEqual([true, false]);
    expect([a.told, b.told]).toEqual([["gained"], []]);
    expect(lease(api)).toMatchObject({
      ...{ holderIdentity: expect.stringMatching(/^a_/), leaseDurationSeconds: 15, leaseTransitions: 0 },
      ...{ acquireTime: "2026-04-04T12:00:00.000000Z", renewTime: "2026-04-04T12:02:00.000000Z" },
    });
  });

  test("carries what its holder tells of itself, beside what others have put on it", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    const annotations = (): unknown => api.get(path, "domain-claims", "kong-system")?.metadata["annotations"];
    expect(annotations()).toEqual({ "platform.koli.io/version": "a" });
    await a.stop();
    api.put(path, {
      ...api.get(path, "domain-claims", "kong-system"),
      metadata: { name: "domain-claims", namespace: "kong-system", annotations: { owner: "platform-team" } },
    });
    join("b", 0.2);
    await clock.pass(5000);
    expect(annotations()).toEqual({ owner: "platform-team", "platform.koli.io/version": "b" });
  });

  test("goes to exactly one of two that start at once", async () => {
    const { clock, join } = election();
    const [a, b] = [join("a", 0.1), join("b", 0.2)];
    await clock.pass(60_000);
    expect([a.held(), b.held()].filter(Boolean)).toHaveLength(1);
    expect([...a.told, ...b.told]).toEqual(["gained"]);
  });

  test("is released when its holder stops, and taken over without waiting for its end", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    const b = join("b", 0.2);
    await clock.pass(5_000);
    await a.stop();
    expect(a.held()).toBe(false);
    expect(a.told).toEqual(["gained", "lost"]);
    expect(lease(api)).toMatchObject({ holderIdentity: "" });
    await clock.pass(2_500);
    expect(b.held()).toBe(true);
    expect(lease(api)).toMatchObject({ leaseTransitions: 1 });
  });

  test("of a holder that died is taken after a whole lease duration without change, whatever its clock said", async () => {
    const { api, clock, join } = election();
    const spec = { holderIdentity: "dead", leaseDurationSeconds: 15, renewTime: "2011-01-01T00:00:00.000000Z" };
    api.put(path, { metadata: { name: "domain-claims", namespace: "kong-system" }, spec });
    const b = join("b", 0);
    await clock.pass(14_000);
    expect(b.held()).toBe(false);
    await clock.pass(2_000);
    expect(b.held()).toBe(true);
  });

  test("that is older than it was ends the part of its holder and of who waits: what they know is of a time that is no more", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    const backup = api.get(path, "domain-claims", "kong-system");
    const b = join("b", 0.2);
    await clock.pass(20_000);
    const restored = (request: KubeRequest): Promise<KubeResponse> =>
      Promise.resolve(
        request.method === "GET" ? { status: 200, headers: {}, body: backup } : statusAnswer(409, "Conflict"),
      );
    [a, b].forEach(({ line }) => (line.fault = restored));
    await clock.pass(5_000);
    expect(a.told).toEqual(["gained", "lost", "went back"]);
    expect(b.told).toEqual(["went back"]);
    [a, b].forEach(({ line }) => (line.fault = undefined));
    await clock.pass(60_000);
    expect([a.held(), b.held(), a.told.length, b.told.length]).toEqual([false, false, 3, 1]);
    await Promise.all([a.stop(), b.stop()]);
  });

  test("that was not there yet when the backup was made, and is made anew in an earlier version, tells the same", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(20_000);
    api.remove(path, "domain-claims", "kong-system");
    a.line.fault = (request) =>
      request.method === "POST"
        ? Promise.resolve({ status: 201, headers: {}, body: { metadata: { resourceVersion: "7" } } })
        : undefined;
    await clock.pass(2_000);
    expect(a.told).toEqual(["gained", "lost", "went back"]);
    expect(a.held()).toBe(false);
  });

  test("keeps what others wrote on it", async () => {
    const { api, clock, join } = election();
    api.put(path, { metadata: { name: "domain-claims", namespace: "kong-system", labels: { a: "b" } }, spec: {} });
    join("a", 0.1);
    await clock.pass(30_000);
    expect(api.get(path, "domain-claims", "kong-system")?.metadata["labels"]).toEqual({ a: "b" });
  });
});

describe("its holder", () => {
  test("no longer holds it when the renew deadline has passed, counted from when the last good renewal was sent", async () => {
    const { clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    a.line.fault = away;
    expect(a.remainingMs()).toBe(10_000);
    await clock.pass(9_999);
    expect(a.held()).toBe(true);
    await clock.pass(1);
    expect(a.held()).toBe(false);
    expect(a.told).toEqual(["gained", "lost"]);
  });

  test("is told so in time even while a renewal hangs", async () => {
    const { clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    a.line.fault = hang;
    await clock.pass(10_000);
    expect(a.told).toEqual(["gained", "lost"]);
  });

  test("knows it after a stall, before any timer has run", async () => {
    const { clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(1_000);
    clock.stall(9_000);
    expect(a.held()).toBe(false);
    expect(a.remainingMs()).toBe(0);
  });

  test("knows it after a sleep of the machine in which only the wall clock went on", async () => {
    const { clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(1_000);
    clock.setWall(clock.now() + 3_600_000);
    expect(a.held()).toBe(false);
    await clock.pass(3_000);
    expect(a.held()).toBe(true);
    expect(a.told).toEqual(["gained", "lost", "gained"]);
  });

  test("is not made to believe that it holds longer by a wall clock set back", async () => {
    const { clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    a.line.fault = away;
    clock.setWall(clock.now() - 3_600_000);
    await clock.pass(10_000);
    expect(a.held()).toBe(false);
  });

  test("loses it at once when it reads that somebody else has it", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(1_000);
    const spec = { holderIdentity: "b", leaseDurationSeconds: 15 };
    api.put(path, { metadata: { name: "domain-claims", namespace: "kong-system" }, spec });
    await clock.pass(1_000);
    expect(a.held()).toBe(false);
    expect(a.told).toEqual(["gained", "lost"]);
  });

  test("keeps it through failures that are shorter than the deadline, and a renewal whose answer got lost", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    a.line.fault = (request) => api.request(request).then(away);
    await clock.pass(2_000);
    a.line.fault = away;
    await clock.pass(5_000);
    a.line.fault = undefined;
    await clock.pass(60_000);
    expect(a.held()).toBe(true);
    expect(a.told).toEqual(["gained"]);
  });

  test("is a candidate again after a loss", async () => {
    const { clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(0);
    a.line.fault = away;
    await clock.pass(30_000);
    a.line.fault = undefined;
    await clock.pass(5_000);
    expect(a.told).toEqual(["gained", "lost", "gained"]);
  });

  test("takes it anew when somebody deletes it", async () => {
    const { api, clock, join } = election();
    const a = join("a", 0.1);
    await clock.pass(1_000);
    api.remove(path, "domain-claims", "kong-system");
    await clock.pass(2_000);
    expect(a.held()).toBe(true);
    expect(a.told).toEqual(["gained"]);
    expect(lease(api)).toBeDefined();
  });
});

test("never do two hold it, whatever is cut off from the API server and when", { tags: "long" }, async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    let state = seed;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const { api, clock, join } = election();
    const all = [join("a", 0.1), join("b", 0.2), join("c", 0.3)];
    let gained = 0;
    for (let step = 0; step < 120; step += 1) {
      for (const one of all)
        if (random() < 0.2)
          one.line.fault = random() < 0.5 ? undefined : random() < 0.5 ? away : lateAnswer(api, clock);
      for (let slice = 0; slice < 4; slice += 1) {
        await clock.pass(random() * 1_000);
        expect(all.filter((one) => one.held()).length).toBeLessThanOrEqual(1);
      }
    }
    gained += all.flatMap(({ told }) => told.filter((word) => word === "gained")).length;
    expect(gained).toBeGreaterThan(0);
    for (const one of all) {
      one.line.fault = undefined;
      await Promise.race([one.stop(), clock.pass(20_000)]);
    }
  }
});

/** The call is done, but its answer comes 7 s later. */
function lateAnswer(api: ReturnType<typeof fakeApi>, clock: FakeClock) {
  return async (request: KubeRequest): Promise<KubeResponse> => {
    const answer = await api.request(request);
    await new Promise<void>((resolve) => clock.after(7_000, resolve));
    return answer;
  };
}
