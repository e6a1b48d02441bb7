import { expect, test } from "vitest";
import { leadership } from "../../src/leader/leadership.ts";
import type { Term } from "../../src/leader/leadership.ts";
import { unavailable } from "../../src/kube/errors.ts";
import type { KubeResponse } from "../../src/kube/calls.ts";
import { fakeApi } from "../kube/fake-api.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

const lease = { namespace: "kong-system", name: "domain-claims" } as const;
const times = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 } as const;

interface Numbered {
  readonly number: number;
  readonly mayWrite: () => boolean;
}

/** A process whose terms say what happens to them; `lastWrite` is how long each takes to stop. */
function process(
  options: {
    readonly elects?: boolean;
    readonly lastWrite?: () => Promise<void>;
    readonly catchUp?: () => Promise<void>;
  } = {},
) {
  const { catchUp = () => Promise.resolve(), elects = true, lastWrite = () => Promise.resolve() } = options;
  const [api, clock, log] = [fakeApi(), new FakeClock(), fakeLog()];
  const told: string[] = [];
  let terms = 0;
  const newTerm = (held: () => boolean, over: AbortSignal): Term & Numbered => {
    const number = (terms += 1);
    over.addEventListener("abort", () => told.push(`${number} is over`));
    return {
      ...{ number, mayWrite: held },
      start: () => told.push(`${number} starts${held() ? "" : " without the lead"}`),
      stop: async () => {
        told.push(`${number} stops`);
        await lastWrite();
        told.push(`${number} has stopped`);
      },
    };
  };
  const leader = leadership({
    annotations: () => ({}),
    lease: elects ? { ...lease, ...times } : undefined,
    identity: "a",
    transport: api,
    clock,
    random: () => 0.5,
    log,
    catchUp,
    newTerm,
    onLeading: (leads) => told.push(leads ? "leads" : "does not lead"),
    onWentBack: () => told.push("the API server went back"),
  });
  const cutOff = (): void => {
    api.fault = () => Promise.reject<KubeResponse>(unavailable("PUT", new Error("other side closed")));
  };
  const reconnect = (): void => {
    api.fault = undefined;
  };
  const holder = (): unknown =>
    (api.get("/apis/coordination.k8s.io/v1/leases", lease.name, lease.namespace)?.["spec"] as Record<string, unknown>)[
      "holderIdentity"
    ];
  return { leader, clock, log, told, cutOff, reconnect, holder };
}

/** A last write that ends when it is told to. */
function slow() {
  const ends: (() => void)[] = [];
  const lastWrite = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  return { lastWrite, end: () => ends.shift()?.() };
}

test("a term begins with the lead and ends with it, and another one begins when the lead is back", async () => {
  const { leader, clock, told, cutOff, reconnect } = process();
  leader.start();
  await clock.pass(0);
  expect(leader.term()?.number).toBe(1);
  cutOff();
  await clock.pass(10_000);
  expect(leader.term()).toBeUndefined();
  reconnect();
  await clock.pass(5_000);
  expect(leader.term()?.number).toBe(2);
  expect(told).toEqual([
    ...["leads", "1 starts"],
    ...["does not lead", "1 is over", "1 stops", "1 has stopped"],
    ...["leads", "2 starts"],
  ]);
});

test("a term waits until this process knows what the leader before it has written, also of a lead that was lost meanwhile", async () => {
  const { lastWrite: catchUp, end: caughtUp } = slow();
  const { leader, clock, told, cutOff, holder, reconnect } = process({ catchUp });
  leader.start();
  await clock.pass(5_000);
  expect(holder()).toMatch(/^a_/);
  expect(told).toEqual([]);
  cutOff();
  await clock.pass(10_000);
  reconnect();
  await clock.pass(5_000);
  caughtUp();
  await clock.pass(0);
  expect(told).not.toContain("leads");
  caughtUp();
  await clock.pass(0);
  expect(told.slice(-2)).toEqual(["leads", "1 starts"]);
});

test("for how long the Lease has been held without a term is known: whoever has it keeps it from the others", async () => {
  const { lastWrite: catchUp, end: caughtUp } = slow();
  const { leader, clock, cutOff, reconnect } = process({ catchUp });
  expect(leader.waitsMs()).toBeUndefined();
  leader.start();
  await clock.pass(40_000);
  expect(leader.waitsMs()).toBe(40_000);
  cutOff();
  await clock.pass(15_000);
  expect(leader.waitsMs()).toBeUndefined();
  reconnect();
  await clock.pass(5_000);
  expect(leader.waitsMs()).toBeLessThan(5_000);
  caughtUp();
  caughtUp();
  await clock.pass(0);
  expect(leader.term()).toBeDefined();
  expect(leader.waitsMs()).toBeUndefined();
});

test("who leads without an election has nobody to catch up with", async () => {
  const { leader, told } = process({ elects: false, catchUp: () => new Promise(() => undefined) });
  leader.start();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(told).toEqual(["leads", "1 starts"]);
});

test("nothing begins before it is called for", async () => {
  const { clock, told } = process();
  await clock.pass(60_000);
  expect(told).toEqual([]);
});

test("two terms never overlap: the next one waits for the last write of the one before, however slow it is", async () => {
  const { lastWrite, end } = slow();
  const { leader, clock, told, cutOff, reconnect } = process({ lastWrite });
  leader.start();
  await clock.pass(0);
  cutOff();
  await clock.pass(10_000);
  reconnect();
  await clock.pass(60_000);
  expect(leader.term()).toBeUndefined();
  expect(told.at(-1)).toBe("1 stops");
  end();
  await clock.pass(0);
  expect(told.slice(-3)).toEqual(["1 has stopped", "leads", "2 starts"]);
});

test("a lead that is lost again before its term could begin has none, and the next has one only", async () => {
  const { lastWrite, end } = slow();
  const { leader, clock, told, cutOff, reconnect } = process({ lastWrite });
  leader.start();
  await clock.pass(0);
  for (const _ of [1, 2]) {
    cutOff();
    await clock.pass(20_000);
    reconnect();
    await clock.pass(5_000);
  }
  end();
  await clock.pass(0);
  expect(told.filter((what) => what === "leads")).toHaveLength(2);
  expect(told.filter((what) => what.endsWith("starts"))).toEqual(["1 starts", "2 starts"]);
});

test("a process that stops lets its term write to the end, and only then releases the Lease", async () => {
  const { lastWrite, end } = slow();
  const { leader, clock, told, holder } = process({ lastWrite });
  leader.start();
  await clock.pass(0);
  const stopped = leader.stop();
  await clock.pass(5_000);
  expect(leader.term()).toBeUndefined();
  expect(holder()).toMatch(/^a_/);
  end();
  await stopped;
  expect(holder()).toBe("");
  expect(told).toEqual(["leads", "1 starts", "1 stops", "1 has stopped", "does not lead", "1 is over"]);
});

test.each([true, false])(
  "a process that stops begins no more writes, however much was left to do (election: %s)",
  async (elects) => {
    const { lastWrite, end } = slow();
    const { leader, clock } = process({ elects, lastWrite });
    leader.start();
    await clock.pass(0);
    const term = leader.term();
    expect(term?.mayWrite()).toBe(true);
    const stopped = leader.stop();
    expect(term?.mayWrite()).toBe(false);
    end();
    await stopped;
  },
);

test("a process that loses the lead while it stops gives up the writes that are left", async () => {
  const { lastWrite, end } = slow();
  const { leader, clock, told, cutOff } = process({ lastWrite });
  leader.start();
  await clock.pass(0);
  cutOff();
  const stopped = leader.stop();
  await clock.pass(10_000);
  end();
  await stopped;
  expect(told).toEqual(["leads", "1 starts", "1 stops", "does not lead", "1 is over", "1 has stopped"]);
});

test("a term that was about to start when the process was stopped never does", async () => {
  const { lastWrite, end } = slow();
  const { leader, clock, told, cutOff, reconnect } = process({ lastWrite });
  leader.start();
  await clock.pass(0);
  cutOff();
  await clock.pass(10_000);
  reconnect();
  await clock.pass(5_000);
  const stopped = leader.stop();
  end();
  await stopped;
  expect(told).not.toContain("2 starts");
});

test.each([true, false])("a process that is stopped before it may start never leads (election: %s)", async (elects) => {
  const { leader, clock, told } = process({ elects });
  await leader.stop();
  leader.start();
  await clock.pass(60_000);
  expect(told).toEqual([]);
});

test("without an election a process leads at once, until it stops", async () => {
  const { leader, clock, told } = process({ elects: false });
  leader.start();
  await clock.pass(0);
  await leader.stop();
  expect(told).toEqual(["leads", "1 starts", "1 stops", "1 has stopped"]);
});

test("a term that fails to stop is told of, and the next one begins all the same", async () => {
  const { leader, clock, log, told, cutOff, reconnect } = process({
    lastWrite: () => Promise.reject(new Error("torn")),
  });
  leader.start();
  await clock.pass(0);
  cutOff();
  await clock.pass(10_000);
  reconnect();
  await clock.pass(5_000);
  expect(told).toContain("2 starts");
  expect(log.lines).toContainEqual({
    level: "error",
    fields: { error: "torn" },
    message: "a term of leadership did not end well",
  });
});
