import { describe, expect, test } from "vitest";
import { KubeError } from "../../src/kube/errors.ts";
import { systemClock } from "../../src/time/clock.ts";
import { WorkQueue } from "../../src/queue/work-queue.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import type { KeyRun, WorkOutcome, WorkQueueOptions } from "../../src/queue/work-queue-options.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

/** A queue whose work ends when the test says so; `begun` lists the keys in the order in which their work began. */
function workshop(options: Partial<WorkQueueOptions> = {}) {
  const clock = new FakeClock();
  const log = fakeLog();
  const begun: string[] = [];
  const runs: KeyRun[] = [];
  const open = new Map<
    string,
    { done: (outcome?: WorkOutcome) => void; fail: (error: unknown) => void; run: KeyRun }
  >();
  const work = (key: string, run: KeyRun): Promise<WorkOutcome | undefined> => {
    begun.push(key);
    runs.push(run);
    return new Promise((done, fail) => open.set(key, { done, fail, run }));
  };
  const queue = new WorkQueue({
    name: "test",
    concurrency: 2,
    clock,
    eventLoop: new EventLoop(clock),
    log,
    random: () => 1,
    work,
    ...options,
  });
  const finish = async (key: string, error?: unknown): Promise<void> => {
    await settle();
    const job = open.get(key);
    if (error === undefined) job?.done();
    else job?.fail(error);
    await settle();
  };
  return { clock, log, begun, runs, open, queue, finish };
}

const broken = new Error("broken");

describe("a work queue", () => {
  test("does nothing before it is started, then works in the order of arrival, so many at once", async () => {
    const { begun, finish, queue } = workshop();
    for (const key of ["a", "b", "a", "c"]) queue.add(key);
    await settle();
    expect(begun).toEqual([]);
    expect(queue.depth).toBe(3);
    queue.start();
    await settle();
    expect(begun).toEqual(["a", "b"]);
    expect(queue.depth).toBe(1);
    await finish("b");
    expect(begun).toEqual(["a", "b", "c"]);
  });

  test("never works on one key twice at once; what was added meanwhile runs once more", async () => {
    const { begun, finish, queue } = workshop();
    queue.start();
    for (let times = 0; times < 3; times += 1) queue.add("a");
    await settle();
    expect(begun).toEqual(["a"]);
    await finish("a");
    expect(begun).toEqual(["a", "a"]);
    await finish("a");
    expect(begun).toEqual(["a", "a"]);
    expect(queue.depth).toBe(0);
  });

  test("waits longer after each failure of a key, and starts over after a success", async () => {
    const { begun, clock, finish, queue } = workshop();
    queue.start();
    queue.add("a");
    for (const waitMs of [200, 400, 800]) {
      await finish("a", broken);
      expect(queue.retrying).toBe(1);
      const before = begun.length;
      await clock.pass(waitMs - 1);
      expect(begun).toHaveLength(before);
      await clock.pass(1);
      expect(begun).toHaveLength(before + 1);
    }
    await finish("a");
    queue.add("a");
    await finish("a", broken);
    await clock.pass(200);
    expect(begun).toHaveLength(6);
  });

  test("never waits longer than the limit", async () => {
    const { begun, clock, finish, queue } = workshop({ maxBackoffMs: 1_000 });
    queue.start();
    queue.add("a");
    for (let failures = 0; failures < 40; failures += 1) {
      await finish("a", broken);
      await clock.pass(1_000);
    }
    await settle();
    expect(begun).toHaveLength(41);
  });

  test("spreads waits over the upper half of the back-off", async () => {
    const { begun, clock, finish, queue } = workshop({ random: () => 0 });
    queue.start();
    queue.add("a");
    await finish("a", broken);
    await clock.pass(99);
    expect(begun).toHaveLength(1);
    await clock.pass(1);
    expect(begun).toHaveLength(2);
  });

  test("runs a key in back-off at once when it is added again, and only once", async () => {
    const { begun, clock, finish, queue } = workshop();
    queue.start();
    queue.add("a");
    await finish("a", broken);
    queue.add("a");
    await settle();
    expect(begun).toEqual(["a", "a"]);
    expect(queue.retrying).toBe(0);
    await finish("a");
    await clock.pass(60_000);
    expect(begun).toEqual(["a", "a"]);
  });

  test("runs a key at once that was added while its work was failing", async () => {
    const { begun, finish, queue } = workshop();
    queue.start();
    queue.add("a");
    queue.add("a");
    await finish("a", broken);
    expect(begun).toEqual(["a", "a"]);
  });

  test("does not spin on work that asks for itself and fails", async () => {
    let runs = 0;
    const { clock, queue } = workshop({
      work: () => {
        runs += 1;
        queue.add("a");
        return Promise.reject(broken);
      },
    });
    queue.start();
    queue.add("a");
    await clock.pass(10_000);
    expect(runs).toBeGreaterThan(3);
    expect(runs).toBeLessThan(10);
  });

  test("does not spin on work that goes on with what fails, and asks for itself", async () => {
    let runs = 0;
    const { clock, queue } = workshop({
      work: (key, { continued }) => {
        runs += 1;
        if (runs > 100) return Promise.resolve(undefined);
        if (!continued) return Promise.resolve({ requeueAfterMs: 0 });
        queue.add(key);
        return Promise.reject(broken);
      },
    });
    queue.start();
    queue.add("a");
    await clock.pass(10_000);
    expect(runs).toBeGreaterThan(6);
    expect(runs).toBeLessThan(20);
  });

  test("counts a failure for what the work was to do: something else has its first try at once, and fails as for the first time", async () => {
    const { begun, clock, finish, open, queue } = workshop();
    const aimAt = (aim: string): void => open.get("a")?.run.aimAt(aim);
    queue.start();
    queue.add("a");
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await settle();
      aimAt("serve");
      await finish("a", broken);
      await clock.pass(60_000);
    }
    const before = begun.length;
    aimAt("serve");
    queue.add("a");
    aimAt("remove");
    await finish("a", broken);
    expect(begun).toHaveLength(before + 1);
    aimAt("remove");
    await finish("a", broken);
    await clock.pass(400);
    expect(begun).toHaveLength(before + 2);
    await finish("a");
  });

  test("waits as long as the other side asked for, even if the key is added again", async () => {
    const { begun, clock, finish, queue } = workshop();
    const busy = new KubeError("busy", { status: 429, reason: "", kind: "unavailable", retryAfterMs: 5_000 });
    queue.start();
    queue.add("a");
    await finish("a", busy);
    queue.add("a");
    await clock.pass(4_999);
    expect(begun).toEqual(["a"]);
    await clock.pass(1);
    expect(begun).toEqual(["a", "a"]);
  });

  test("lets one failing key hold up no other", async () => {
    const { begun, finish, queue } = workshop({ concurrency: 1 });
    queue.start();
    queue.add("a");
    queue.add("b");
    await finish("a", broken);
    expect(begun).toEqual(["a", "b"]);
  });

  test("treats work that throws before its first await as failed", async () => {
    const { clock, log, queue } = workshop({
      work: () => {
        throw broken;
      },
    });
    queue.start();
    queue.add("a");
    await clock.pass(0);
    expect(queue.retrying).toBe(1);
    expect(log.lines[0]?.fields).toMatchObject({ queue: "test", key: "a", attempt: 1, error: "broken" });
  });

  test("begins nothing after stop, which resolves when the running work has ended", async () => {
    const { begun, clock, finish, open, queue } = workshop();
    queue.start();
    for (const key of ["a", "b", "c"]) queue.add(key);
    await settle();
    let stopped = false;
    const stopping = queue.stop().then(() => (stopped = true));
    queue.add("d");
    await finish("a", broken);
    expect(stopped).toBe(false);
    await settle();
    expect(open.get("b")?.run.signal.aborted).toBe(false);
    await finish("b");
    await stopping;
    await clock.pass(60_000);
    expect(begun).toEqual(["a", "b"]);
  });

  test("tells the running work to hurry when it is stopped with abort", async () => {
    const { finish, open, queue } = workshop();
    queue.start();
    queue.add("a");
    await settle();
    const stopping = queue.stop({ abort: true });
    await settle();
    expect(open.get("a")?.run.signal.aborted).toBe(true);
    await finish("a");
    await stopping;
  });

  test("tells its observer how long each run took and how it ended", async () => {
    const seen: unknown[] = [];
    const { clock, finish, queue } = workshop({ observe: (...run) => seen.push(run) });
    queue.start();
    queue.add("a");
    await clock.pass(1_500);
    await finish("a");
    queue.add("a");
    await finish("a", broken);
    expect(seen).toEqual([
      ["test", 1.5, "done"],
      ["test", 0, "failed"],
    ]);
  });

  test("makes room for timers, however much there is to do that waits for nothing", async () => {
    const busyForAMillisecond = async (): Promise<undefined> => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      return undefined;
    };
    const { queue } = workshop({ eventLoop: new EventLoop(systemClock), work: busyForAMillisecond });
    for (let key = 0; key < 200; key++) queue.add(String(key));
    const leftAtTheFirstTimer = new Promise<number>((resolve) => setTimeout(() => resolve(queue.depth), 0));
    queue.start();
    expect(await leftAtTheFirstTimer).toBeGreaterThan(100);
    await queue.stop();
  });

  test("X2: has all that failed tried again in pieces, each key once, and not what has run since", async () => {
    const { queue, begun, open } = workshop({ concurrency: 2_000 });
    queue.start();
    for (let key = 0; key < 1_200; key++) queue.add(String(key));
    await settle();
    for (const { fail } of open.values()) fail(broken);
    await settle();
    expect(queue.retrying).toBe(1_200);
    const pieces = queue.retryNow();
    pieces.next();
    expect(queue.retrying).toBe(700);
    queue.add("1199");
    expect([...pieces]).toHaveLength(1);
    await settle();
    expect([queue.retrying, begun.length, new Set(begun.slice(1_200)).size]).toEqual([0, 2_400, 1_200]);
  });

  test("leaves places free rather than give all of them to one group", async () => {
    const groupOf = (key: string): string => key.charAt(0);
    const { queue, begun, finish } = workshop({ concurrency: 3, concurrencyPerGroup: 2, groupOf });
    queue.start();
    for (const key of ["a1", "a2", "a3", "a4"]) queue.add(key);
    await settle();
    expect(begun).toEqual(["a1", "a2"]);
    queue.add("b1");
    await settle();
    expect(begun).toEqual(["a1", "a2", "b1"]);
    await finish("b1");
    expect(begun).toEqual(["a1", "a2", "b1"]);
    await finish("a1");
    expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
  });

  test("works again when the work asked for that, or before when the key is added before", async () => {
    const { begun, clock, open, queue } = workshop();
    queue.start();
    const runOnce = async (outcome?: WorkOutcome): Promise<void> => {
      await settle();
      open.get("a")?.done(outcome);
      await settle();
    };
    queue.add("a");
    await runOnce({ requeueAfterMs: 5000 });
    await clock.pass(4999);
    expect(begun).toHaveLength(1);
    await clock.pass(1);
    expect(begun).toHaveLength(2);
    await runOnce({ requeueAfterMs: 5000 });
    queue.add("a");
    await runOnce();
    await clock.pass(10_000);
    expect(begun).toHaveLength(3);
  });

  test("tells work that it goes on, unless somebody has asked for the key since", async () => {
    const { open, queue, runs } = workshop();
    queue.start();
    queue.add("a");
    const goOn = async (meanwhile: () => void = () => undefined): Promise<void> => {
      await settle();
      meanwhile();
      open.get("a")?.done({ requeueAfterMs: 0 });
      await settle();
    };
    await goOn();
    await goOn(() => queue.add("a"));
    await goOn();
    expect(runs.map(({ continued }) => continued)).toEqual([false, true, false, true]);
    expect(new Set(runs.map(({ askedAt }) => askedAt)).size).toBe(1);
  });

  test("tells work that it does not go on where somebody asked for the key while it waited for room", async () => {
    const eventLoop = new EventLoop(new FakeClock());
    const { open, queue, runs } = workshop({ eventLoop });
    queue.start();
    queue.add("a");
    await settle();
    eventLoop.yieldToEventLoop = () => {
      queue.add("a");
      return undefined;
    };
    open.get("a")?.done({ requeueAfterMs: 0 });
    await settle();
    expect(runs.map(({ continued }) => continued)).toEqual([false, false]);
  });

  test("works again in its turn when the work asked for that at once", async () => {
    const { begun, finish, open, queue } = workshop({ concurrency: 1 });
    queue.start();
    for (const key of ["a", "b"]) queue.add(key);
    await settle();
    open.get("a")?.done({ requeueAfterMs: 0 });
    await settle();
    await finish("b");
    expect(begun).toEqual(["a", "b", "a"]);
  });

  test("what is asked for while it works counts once more only if the work has not begun to take care of it since", async () => {
    const { begun, finish, open, queue } = workshop();
    queue.start();
    queue.add("a");
    await settle();
    queue.add("a");
    await settle();
    expect(open.get("a")?.run.askedAgain()).toBe(true);
    open.get("a")?.run.begin();
    await finish("a");
    expect(begun).toEqual(["a"]);
  });

  test("tells a race that was lost from a failure: it is tried again without a warning", async () => {
    const outcomes: string[] = [];
    const conflict = new KubeError("PUT: changed", { status: 409, reason: "Conflict", kind: "conflict" });
    const { queue, clock, log, begun, finish } = workshop({
      isContention: (error) => error === conflict,
      observe: (_name, _seconds, outcome) => outcomes.push(outcome),
    });
    queue.start();
    queue.add("a");
    await finish("a", conflict);
    await clock.pass(200);
    await finish("a", broken);
    await clock.pass(400);
    await finish("a");
    expect(begun).toEqual(["a", "a", "a"]);
    expect(outcomes).toEqual(["requeued", "failed", "done"]);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "debug work begins again: somebody else was faster",
      "warn work failed",
    ]);
  });

  test("takes it for a failure when the same race is lost again and again", async () => {
    const outcomes: string[] = [];
    const { queue, clock, finish } = workshop({
      isContention: () => true,
      observe: (_name, _seconds, outcome) => outcomes.push(outcome),
    });
    queue.start();
    queue.add("a");
    for (let race = 0; race < 5; race += 1) {
      await finish("a", broken);
      await clock.pass(60_000);
    }
    expect(outcomes).toEqual(["requeued", "requeued", "requeued", "requeued", "failed"]);
  });

  test("says for how long the key that came first has waited for a worker", async () => {
    const { queue, clock, finish } = workshop({ concurrency: 1 });
    expect(queue.oldestMs).toBe(0);
    queue.start();
    for (const key of ["a", "b"]) queue.add(key);
    await clock.pass(300);
    queue.add("c");
    await clock.pass(100);
    expect(queue.oldestMs).toBe(400);
    await finish("a");
    expect(queue.oldestMs).toBe(100);
    await finish("b");
    expect(queue.oldestMs).toBe(0);
  });

  test("what is urgent has places of its own, whatever else is at work", async () => {
    const urgent = { is: (key: string) => key.startsWith("!"), places: 1, placesPerGroup: 1 };
    const { begun, finish, open, queue } = workshop({ concurrency: 1, urgent });
    for (const key of ["a", "b", "!c", "!d"]) queue.add(key);
    queue.start();
    await settle();
    expect(begun).toEqual(["!c", "a"]);
    expect([open.get("!c")?.run.urgent, open.get("a")?.run.urgent]).toEqual([true, false]);
    await finish("!c");
    expect(begun).toEqual(["!c", "a", "!d"]);
  });

  test("a key that waits and becomes urgent changes its line; what it leaves over is done in the usual one", async () => {
    let urgentNow = false;
    const urgent = { is: (key: string) => key === "b" && urgentNow, places: 1, placesPerGroup: 1 };
    const { begun, finish, open, queue } = workshop({ concurrency: 1, urgent });
    queue.start();
    for (const key of ["a", "b"]) queue.add(key);
    await settle();
    urgentNow = true;
    queue.add("b");
    await settle();
    expect(begun).toEqual(["a", "b"]);
    open.get("b")?.done({ requeueAfterMs: 0, noHurry: true });
    await settle();
    expect(begun).toEqual(["a", "b"]);
    await finish("a");
    expect(begun).toEqual(["a", "b", "b"]);
    expect(open.get("b")?.run.urgent).toBe(false);
  });

  test("so does one that waits and is urgent no longer: no key is at work twice at once", async () => {
    let urgentNow = true;
    const urgent = { is: () => urgentNow, places: 1, placesPerGroup: 1 };
    const { begun, finish, queue } = workshop({ urgent });
    for (const key of ["a", "b"]) queue.add(key);
    queue.start();
    await settle();
    urgentNow = false;
    queue.add("b");
    await finish("a");
    expect(begun).toEqual(["a", "b"]);
    expect(queue.depth).toBe(0);
  });
});
