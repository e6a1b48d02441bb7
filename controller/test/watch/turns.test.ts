/** @module-tag long */
import { expect, test } from "vitest";
import { systemClock } from "../../src/time/clock.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import { translate } from "../../src/translate/translate.ts";
import { differences } from "../../src/watch/differences.ts";
import { fakeLog } from "../kube/fake-log.ts";
import { follow, service, services, ways } from "./kit.ts";

const many = Array.from({ length: 200 }, (_, i) => service(`s${String(i)}`));

/** Keeps the process busy for a millisecond each time it is called. */
function busy() {
  let times = 0;
  return {
    times: () => times,
    work: (): void => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      times += 1;
    },
  };
}

const firstTimer = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test.each(ways)("X2: a list that comes faster than it is taken in makes room for timers ($way)", async (way) => {
  const { times, work } = busy();
  const eventLoop = new EventLoop(systemClock);
  const { reflector } = await follow((api) => many.forEach((one) => api.put(services, one)), work, {
    ...way,
    eventLoop,
  });
  await firstTimer();
  expect(times()).toBeGreaterThan(0);
  expect(times()).toBeLessThan(150);
  await expect.poll(times).toBe(200);
  await reflector.stop();
});

test("X2: so do changes that come all at once", async () => {
  const { times, work } = busy();
  const { api, reflector } = await follow(undefined, work, { eventLoop: new EventLoop(systemClock) });
  for (const one of many) api.put(services, one);
  await firstTimer();
  expect(times()).toBeLessThan(150);
  await expect.poll(times).toBe(200);
  await reflector.stop();
});

test("X2: so do objects that are all gone when they are listed anew", async () => {
  const { times, work } = busy();
  const known = differences("Service", fakeLog(), translate, work, new EventLoop(systemClock));
  known.beginList();
  for (const { metadata, spec } of many)
    await known.set({ metadata: { ...metadata, uid: metadata.name, resourceVersion: "1" }, spec });
  await known.endList("1");
  expect(times()).toBe(200);
  known.beginList();
  const ended = known.endList("2");
  await firstTimer();
  expect(times()).toBeLessThan(350);
  await ended;
  expect(times()).toBe(400);
});

test("an object that was made anew takes the place of the one before in one step, however long it takes to be read", async () => {
  const told: string[] = [];
  const inPieces: typeof translate.inPieces = function* (kind, raw) {
    told.push("read");
    yield;
    return yield* translate.inPieces(kind, raw);
  };
  const onEvent = ({ type }: { readonly type: string }): void => {
    told.push(type);
    queueMicrotask(() => told.push("others' turn"));
  };
  const known = differences("Service", fakeLog(), { ...translate, inPieces }, onEvent, new EventLoop(systemClock));
  const { metadata, spec } = service("web");
  const made = (uid: string) => ({ metadata: { ...metadata, uid, resourceVersion: uid }, spec });
  await known.set(made("1"));
  told.length = 0;
  await known.set(made("2"));
  expect(told.slice(0, 3)).toEqual(["read", "delete", "set"]);
});
