import { expect, test } from "vitest";
import type { FakeApi, FakeObject } from "../kube/fake-api.ts";
import { statusAnswer } from "../kube/fake-api.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import { translate } from "../../src/translate/translate.ts";
import { differences } from "../../src/watch/differences.ts";
import { longLine } from "../../src/watch/watch-once.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { follow, service, services } from "./kit.ts";

/** A Service that is too long to be read while others wait. */
function long(name: string, namespace: string, port: number): FakeObject {
  const { spec } = service(name, port);
  return { metadata: { name, namespace, annotations: { much: "x".repeat(longLine) } }, spec };
}

/** How often single Services have been asked for. */
const reads = (api: FakeApi): number => api.requests.filter(({ path }) => path.includes("/namespaces/")).length;

test(
  "X2: a flood of long objects of one tenant keeps nobody else's changes waiting, long ones neither",
  { tags: "long" },
  async () => {
    const { api, clock, told } = await follow();
    told();
    // An object is read in ten milliseconds.
    api.fault = ({ path }) =>
      path.includes("/namespaces/")
        ? new Promise((resolve) => {
            clock.after(10, () => resolve(undefined));
          })
        : undefined;
    for (let version = 1; version <= 10; version += 1)
      for (let i = 0; i < 100; i += 1) api.put(services, long(`m${String(i)}`, "mallory", version));
    api.put(services, long("large", "acme", 80));
    api.put(services, service("small"));
    await clock.pass(0);
    expect(told()).toEqual(["set small:80"]);
    const read = async (): Promise<readonly string[]> => {
      await clock.pass(10);
      await clock.pass(0);
      return told();
    };
    expect([await read(), await read(), await read()]).toEqual([["set m0:10"], ["set m1:10"], ["set large:80"]]);
    // Of ten versions that came at once the last one is read.
    const events: string[] = [];
    for (let i = 0; i < 100; i += 1) events.push(...(await read()));
    expect(events.every((event) => /^set m\d+:10$/.test(event))).toBe(true);
    expect(reads(api)).toBe(101);
    expect(events).toHaveLength(98);
  },
);

test("a long object that changes, becomes short, and goes: what was last is what is passed on", async () => {
  const { api, clock, told } = await follow();
  api.put(services, long("web", "shop", 1));
  await clock.pass(0);
  expect(told()).toEqual(["listed", "set web:1"]);
  api.put(services, long("web", "shop", 2));
  api.put(services, service("web", 3));
  await clock.pass(0);
  expect(told().at(-1)).toBe("set web:3");
  api.put(services, long("web", "shop", 4));
  api.remove(services, "web", "shop");
  await clock.pass(0);
  expect(told().at(-1)).toBe("delete web");
  api.put(services, long("web", "shop", 5));
  api.remove(services, "web", "shop");
  api.put(services, service("web", 6));
  await clock.pass(0);
  expect(told().at(-1)).toBe("set web:6");
  await clock.pass(60_000);
  expect(told()).toEqual([]);
});

test.each([
  ["goes", (api: FakeApi) => api.remove(services, "web", "shop"), []],
  ["becomes short", (api: FakeApi) => api.put(services, service("web", 2)), ["set web:2"]],
])("a long object that goes, or becomes short, while it is read: %s", async (_, change, expected) => {
  const { api, clock, told } = await follow();
  told();
  // What is read is what was there before.
  api.fault = ({ path }) =>
    path.includes("/namespaces/")
      ? new Promise((resolve) => {
          const items = [api.get(services, "web", "shop")];
          clock.after(10, () =>
            resolve({ status: 200, headers: {}, body: { metadata: { resourceVersion: "1" }, items } }),
          );
        })
      : undefined;
  api.put(services, long("web", "shop", 1));
  await clock.pass(5);
  change(api);
  await clock.pass(100);
  expect(told()).toEqual(expected);
});

test("a read is ahead of the watch: versions before it are no news, and the one that it had is not read again", async () => {
  const { api, clock, told } = await follow();
  told();
  let answered: (() => void) | undefined;
  api.fault = ({ path }) => {
    if (!path.includes("/namespaces/") || answered !== undefined) return undefined;
    return new Promise((resolve) => {
      answered = () => resolve(undefined);
    });
  };
  api.put(services, long("web", "shop", 1));
  await clock.pass(0);
  api.watches[0]?.close();
  api.put(services, service("web", 2));
  api.put(services, long("web", "shop", 3));
  answered?.();
  await clock.pass(60_000);
  expect(told().at(-1)).toBe("set web:3");
  expect(told()).toEqual([]);
  expect(reads(api)).toBe(1);
});

test("what can't be read is tried again, and told, and does not keep what comes after it from being read", async () => {
  const { api, clock, log, told } = await follow();
  told();
  api.fault = ({ path, query }) =>
    path.includes("/namespaces/mallory/") && query?.["fieldSelector"] === "metadata.name=bad"
      ? statusAnswer(500, "InternalError")
      : undefined;
  api.put(services, long("bad", "mallory", 1));
  api.put(services, long("good", "acme", 1));
  await clock.pass(3_000);
  expect(told()).toEqual(["set good:1"]);
  expect(log.lines.some((line) => JSON.stringify(line).includes("a long object could not be read"))).toBe(true);
  api.fault = undefined;
  await clock.pass(30_000);
  expect(told()).toEqual(["set bad:1"]);
});

test("what waits to be read is in the next list, and is not asked for any more", async () => {
  const { api, clock, told } = await follow();
  told();
  api.fault = ({ path }) => (path.includes("/namespaces/") ? statusAnswer(503, "ServiceUnavailable") : undefined);
  api.put(services, long("web", "shop", 1));
  await clock.pass(0);
  const before = reads(api);
  api.watches[0]?.close();
  api.put(services, service("other"));
  api.put(services, service("another"));
  api.compact();
  await clock.pass(60_000);
  expect(told()).toContain("set web:1");
  expect(reads(api) - before).toBeLessThan(2);
});

test("a version that can't be understood takes nothing away once a later one is there", async () => {
  const events: WorldEvent["type"][] = [];
  let later: Promise<void> | undefined;
  let isOld = false;
  const inPieces: typeof translate.inPieces = function* (kind, raw) {
    if (raw["spec"] !== undefined) return yield* translate.inPieces(kind, raw);
    isOld = true;
    const { metadata, spec } = service("web");
    later = known.set({ metadata: { ...metadata, uid: "u", resourceVersion: "2" }, spec });
    yield;
    yield;
    throw new Error("no spec");
  };
  const known = differences(
    "Service",
    fakeLog(),
    { ...translate, inPieces },
    ({ type }) => events.push(type),
    new EventLoop(new FakeClock()),
  );
  await known.set({ metadata: { name: "web", namespace: "shop", uid: "u", resourceVersion: "1" } }, () => isOld);
  await later;
  expect(events).toEqual(["set"]);
});

test("what waits to be read of a kind that is not served any more is not asked for", async () => {
  const { api, clock, told } = await follow(undefined, undefined, { optional: true });
  api.put(services, service("other"));
  api.fault = ({ path }) => (path.startsWith("/api/v1") ? statusAnswer(404, "NotFound") : undefined);
  api.put(services, long("web", "shop", 1));
  await clock.pass(0);
  for (const watch of api.watches) watch.close();
  await clock.pass(60_000);
  expect(told()).toContain("delete other");
  const before = reads(api);
  await clock.pass(300_000);
  expect(reads(api)).toBe(before);
});
