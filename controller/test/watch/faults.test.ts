/** Every way in which a watch is known to break: nothing is lost, nothing comes twice, nothing spins. */
import { describe, expect, test } from "vitest";
import { unavailable } from "../../src/kube/errors.ts";
import type { KubeRequest } from "../../src/kube/calls.ts";
import type { FakeApi } from "../kube/fake-api.ts";
import { statusAnswer } from "../kube/fake-api.ts";
import { beginsList, follow, service, services, ways } from "./kit.ts";

/** What happens to a watch that is 60 s old, after which `b` is created; and what the reflector may do about it. */
interface Row {
  readonly fault: string;
  readonly happen: (api: FakeApi) => void;
  /** Nothing is done sooner, everything is done by then. Milliseconds. */
  readonly from?: number;
  readonly until: number;
  /** Lists and watches begun, the first ones not counted. */
  readonly lists: number;
  readonly watches: number;
}

const isWatch = (request: KubeRequest): boolean => request.query?.["watch"] === "true";
const end = (api: FakeApi): void => api.watches[0]?.reset();
const outdate = (api: FakeApi): void => {
  api.put("/api/v1/pods", service("elsewhere"));
  api.compact();
};
const say = (line: unknown) => (api: FakeApi) =>
  api.watches[0]?.push(typeof line === "string" ? line : JSON.stringify(line));
const errorEvent = (code: number, details = {}): object => ({
  type: "ERROR",
  object: { kind: "Status", code, details },
});
const tornFor =
  (times: number, answer: ReturnType<typeof statusAnswer> | "reset" | "refused") =>
  (api: FakeApi): void => {
    let left = times;
    api.fault = (request) => {
      if (!isWatch(request) || left === 0) return undefined;
      left -= 1;
      if (answer === "refused") return Promise.reject(unavailable("GET", new Error("connect ECONNREFUSED")));
      return answer === "reset" ? Promise.reject(unavailable("GET", new Error("other side closed"))) : answer;
    };
    end(api);
  };

const once = { lists: 0, watches: 1 };
const rows: readonly Row[] = [
  { fault: "a reset", happen: end, from: 800, until: 2_400, ...once },
  { fault: "an orderly end", happen: (api) => api.watches[0]?.close(), until: 0, ...once },
  { fault: "silence", happen: (api) => api.watches[0]?.mute(), from: 39_000, until: 100_000, ...once },
  { fault: "410 as a status", happen: (api) => [outdate(api), end(api)], until: 2_400, lists: 1, watches: 2 },
  { fault: "410 as an event", happen: say(errorEvent(410)), until: 0, lists: 1, watches: 1 },
  { fault: "500 as an event", happen: say(errorEvent(500)), from: 800, until: 2_400, ...once },
  {
    fault: "429 as an event",
    happen: say(errorEvent(429, { retryAfterSeconds: 9 })),
    from: 9_000,
    until: 9_000,
    ...once,
  },
  { fault: "an event of unknown type", happen: say({ type: "RENAMED", object: {} }), from: 800, until: 2_400, ...once },
  { fault: "an event without metadata", happen: say({ type: "ADDED", object: 5 }), from: 800, until: 2_400, ...once },
  { fault: "a line that is no JSON", happen: say('{"type":"ADDED","obj'), from: 800, until: 2_400, ...once },
  { fault: "refused connections", happen: tornFor(3, "refused"), until: 20_000, lists: 0, watches: 4 },
  { fault: "resets before the headers", happen: tornFor(3, "reset"), until: 20_000, lists: 0, watches: 4 },
  {
    fault: "503 with Retry-After",
    happen: tornFor(1, statusAnswer(503, "ServiceUnavailable", {}, { "retry-after": "7" })),
    ...{ from: 7_000, until: 9_500, lists: 0, watches: 2 },
  },
  {
    fault: "429 with Retry-After",
    happen: tornFor(1, statusAnswer(429, "TooManyRequests", {}, { "retry-after": "7" })),
    ...{ from: 7_000, until: 9_500, lists: 0, watches: 2 },
  },
  {
    fault: "500 three times",
    happen: tornFor(3, statusAnswer(500, "InternalError")),
    until: 20_000,
    lists: 0,
    watches: 4,
  },
  {
    fault: "a server whose data is older than ours (504 twice)",
    happen: tornFor(2, statusAnswer(504, "Timeout")),
    ...{ until: 20_000, lists: 1, watches: 3 },
  },
  { fault: "403 twice", happen: tornFor(2, statusAnswer(403, "Forbidden")), until: 20_000, lists: 1, watches: 3 },
];

describe.each(ways)("with lists that come $way, a watch recovers from", ({ streamsLists }) => {
  test.each(rows)("$fault", async ({ happen, from, until, lists, watches }) => {
    const { api, clock, counts, told } = await follow((api) => api.put(services, service("a")), undefined, {
      streamsLists,
    });
    await clock.pass(60_000 - 1);
    api.bookmark(services);
    await clock.pass(1);
    told();
    happen(api);
    api.put(services, service("b"));
    if (from !== undefined) {
      await clock.pass(from - 1);
      expect(told().filter((word) => word === "set b:80")).toEqual([]);
    }
    await clock.pass(until - (from === undefined ? 0 : from - 1));
    expect(told().filter((word) => word !== "listed")).toEqual(["set b:80"]);
    expect(counts()).toEqual({ lists: 1 + lists, watches: 1 + watches });
    api.put(services, service("c"));
    await clock.pass(0);
    expect(told()).toEqual(["set c:80"]);
  });
});

describe.each(ways)("a list that comes $way recovers from", ({ streamsLists }) => {
  const list = (answer: () => ReturnType<typeof statusAnswer> | Promise<never>, times: number) => (api: FakeApi) => {
    let left = times;
    api.fault = (request) => (beginsList(request) && refusable(request) && (left -= 1) >= 0 ? answer() : undefined);
  };
  /** What a server that does not stream lists refuses anyway is left to it. */
  const refusable = ({ query }: KubeRequest): boolean => streamsLists || query?.["sendInitialEvents"] === undefined;
  test.each([
    { fault: "500 five times", prepare: list(() => statusAnswer(500, "InternalError"), 5), within: 100_000, lists: 6 },
    { fault: "no connection", prepare: list(() => Promise.reject(unavailable("GET")), 3), within: 20_000, lists: 4 },
    {
      fault: "404 until the CRD is there",
      prepare: list(() => statusAnswer(404, "NotFound"), 3),
      within: 20_000,
      lists: 4,
    },
  ])("$fault", async ({ prepare, within, lists }) => {
    const { api, clock, counts, told } = await follow(
      (api) => {
        prepare(api);
        api.put(services, service("a"));
      },
      undefined,
      { streamsLists },
    );
    expect(told()).toEqual([]);
    await clock.pass(within);
    expect(told()).toEqual(["set a:80", "listed"]);
    expect(counts()).toEqual({ lists, watches: streamsLists ? lists : 1 });
    expect(api.watches[0]?.open()).toBe(true);
  });

  test("429, but not before Retry-After is over", async () => {
    const { clock, counts } = await follow(
      list(() => statusAnswer(429, "TooManyRequests", {}, { "retry-after": "20" }), 1),
      undefined,
      { streamsLists },
    );
    await clock.pass(19_999);
    expect(counts().lists).toBe(1);
    await clock.pass(1);
    expect(counts().lists).toBe(2);
  });
});

describe("nothing spins:", () => {
  test.each([
    { fault: "watches that the server ends at once", answer: undefined, most: 25 },
    { fault: "watches that are 410 at once", answer: statusAnswer(410, "Expired"), most: 25 },
    { fault: "watches that are refused", answer: statusAnswer(403, "Forbidden"), most: 25 },
  ])("$fault are tried a few times a minute", async ({ answer, most }) => {
    const { api, clock, counts } = await follow();
    api.fault = (request) => {
      if (isWatch(request) && answer === undefined) queueMicrotask(() => api.watches.at(-1)?.close());
      return isWatch(request) ? answer : undefined;
    };
    api.watches[0]?.close();
    for (let second = 0; second < 300; second += 1) {
      await clock.pass(1_000);
      if (answer === undefined) api.watches.at(-1)?.close();
    }
    expect(counts().watches).toBeGreaterThan(5);
    expect(counts().watches).toBeLessThan(most);
    expect(counts().lists).toBeLessThan(most);
  });
});

describe("doubt", () => {
  test("two watches in a row that die in silence are followed by a list", async () => {
    const { api, clock, counts } = await follow();
    await clock.pass(100_000);
    expect(counts()).toEqual({ lists: 1, watches: 2 });
    await clock.pass(100_000);
    expect(counts()).toEqual({ lists: 2, watches: 3 });
    api.bookmark(services);
    await clock.pass(100_000);
    expect(counts()).toEqual({ lists: 2, watches: 4 });
  });

  test("a line that stays broken is passed over by a list", async () => {
    const { api, clock, counts, told } = await follow();
    for (const watch of [0, 1]) {
      api.watches[watch]?.push("{");
      await clock.pass(7_000);
    }
    expect(counts()).toEqual({ lists: 2, watches: 3 });
    expect(told()).toEqual(["listed", "listed"]);
  });
});
