import { stat } from "node:fs";
import { expect, test } from "vitest";
import { EventLoop } from "../../src/time/event-loop.ts";
import type { Urgency } from "../../src/time/event-loop.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Work of which each piece takes so many milliseconds; `turns` has the pieces that were done in each turn. */
function worker(ms: number) {
  const clock = new FakeClock();
  const eventLoop = new EventLoop(clock);
  const turns: number[] = [0];
  let running = true;
  const count = (): void => {
    if (!running) return;
    turns.push(0);
    setImmediate(count);
  };
  setImmediate(count);
  const piece = (): void => {
    clock.stall(ms);
    turns.push((turns.pop() ?? 0) + 1);
  };
  const end = (): readonly number[] => {
    running = false;
    return turns.filter((pieces) => pieces > 0);
  };
  return { eventLoop, piece, end };
}

test("X2: of hundreds who wait for room, no more go on in one turn than it has room for", async () => {
  const { eventLoop, piece, end } = worker(4);
  const one = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await Promise.resolve();
      const room = eventLoop.yieldToEventLoop();
      if (room !== undefined) await room;
      piece();
    }
  };
  await Promise.all(Array.from({ length: 200 }, one));
  const turns = end();
  expect(turns.reduce((sum, pieces) => sum + pieces)).toBe(600);
  expect(Math.max(...turns)).toBe(3);
});

test("they go on in the order in which they came", async () => {
  const { eventLoop, piece, end } = worker(20);
  const order: number[] = [];
  await eventLoop.yieldToEventLoop();
  piece();
  const one = async (i: number): Promise<void> => {
    await eventLoop.yieldToEventLoop();
    piece();
    order.push(i);
  };
  await Promise.all([1, 2, 3, 4].map(one));
  end();
  expect(order).toEqual([1, 2, 3, 4]);
});

test("X2: work in pieces makes room between them, and comes to the same", async () => {
  const { eventLoop, piece, end } = worker(6);
  const work = function* (): Generator<undefined, string> {
    for (let i = 0; i < 10; i++) {
      piece();
      yield undefined;
    }
    return "done";
  };
  expect(await eventLoop.inPieces(work())).toBe("done");
  expect(Math.max(...end())).toBe(2);
});

test("X2: what is done in many pieces lets everybody pass who waits, each time that there is no room left", async () => {
  const { eventLoop, piece, end } = worker(6);
  const order: string[] = [];
  const work = function* (name: string, pieces: number): Generator<undefined, void> {
    for (let i = 0; i < pieces; i++) {
      piece();
      order.push(name);
      yield undefined;
    }
  };
  await Promise.all([eventLoop.inPieces(work("long", 20)), eventLoop.inPieces(work("short", 1))]);
  end();
  expect(order.indexOf("short")).toBeLessThanOrEqual(4);
});

test("X2: those who come new, turn after turn, do not keep those waiting who have found no room", async () => {
  const { eventLoop, piece, end } = worker(20);
  const order: string[] = [];
  const one = async (name: string): Promise<void> => {
    await eventLoop.yieldToEventLoop();
    piece();
    order.push(name);
  };
  const all: Promise<void>[] = [];
  const comesNew = (turns: number): void => {
    all.push(one("new"));
    if (turns > 1) setImmediate(() => comesNew(turns - 1));
  };
  comesNew(10);
  await all[0];
  await one("waits");
  await Promise.all(all);
  end();
  expect(order.indexOf("waits")).toBeLessThanOrEqual(2);
});

test("X2: what is urgent goes before whoever waits, as soon as there is room", async () => {
  const { eventLoop, piece, end } = worker(20);
  const order: string[] = [];
  await eventLoop.yieldToEventLoop();
  piece();
  const one = async (name: string, urgency: Urgency, pieces: number): Promise<void> => {
    for (let i = 0; i < pieces; i++) {
      await eventLoop.yieldToEventLoop(urgency);
      piece();
      order.push(name);
    }
  };
  const others = Array.from({ length: 100 }, () => one("other", "usual", 1));
  await Promise.all([...others, one("leaves", "urgent", 5)]);
  end();
  expect(order.lastIndexOf("leaves")).toBeLessThanOrEqual(10);
});

test("X2: others go on in every other turn, however much is urgent", async () => {
  const { eventLoop, piece, end } = worker(20);
  const order: Urgency[] = [];
  await eventLoop.yieldToEventLoop();
  piece();
  const one = async (urgency: Urgency): Promise<void> => {
    await eventLoop.yieldToEventLoop(urgency);
    piece();
    order.push(urgency);
  };
  const urgent = Array.from({ length: 100 }, () => one("urgent"));
  await Promise.all([...urgent, ...Array.from({ length: 20 }, () => one("usual"))]);
  end();
  expect(order.lastIndexOf("usual")).toBeLessThanOrEqual(40);
});

test("X2: what goes on at once when an answer comes, and who waits for room, share that of one turn", async () => {
  const { eventLoop, piece, end } = worker(6);
  const turnOf = new Map<number, number>();
  const one = async (): Promise<void> => {
    const room = eventLoop.yieldToEventLoop();
    if (room !== undefined) await room;
    piece();
    const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
    turnOf.set(turn, (turnOf.get(turn) ?? 0) + 1);
  };
  await new Promise<void>((resolve) => stat(".", () => resolve()));
  await Promise.all(Array.from({ length: 6 }, one));
  end();
  expect(Math.max(...turnOf.values())).toBe(2);
});
