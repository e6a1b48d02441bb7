import type { Clock } from "../../src/time/clock.ts";

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Goes on by `ms`, running what is due in order, each with everything that follows from it. */
  readonly advance: (ms: number) => Promise<void>;
  /** Lets time pass without running a single timer, as a stopped process sees it. */
  readonly stall: (ms: number) => void;
  /** Sets the wall clock alone. */
  readonly setWall: (ms: number) => void;
}

/** Lets everything that is not waiting for time or a socket happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock at 2026-04-04T12:00:00Z. */
export function fakeClock(): FakeClock {
  let monotonic = 1_000;
  let wall = Date.parse("2026-04-04T12:00:00Z");
  let order = 0;
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  const pass = (ms: number): void => {
    monotonic += ms;
    wall += ms;
  };
  return {
    now: () => wall,
    monotonic: () => monotonic,
    after: (ms, run) => {
      const id = (order += 1);
      timers.set(id, { at: monotonic + ms, run });
      return () => timers.delete(id);
    },
    advance: async (ms) => {
      const end = monotonic + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        pass(Math.max(0, due[1].at - monotonic));
        due[1].run();
        await settle();
      }
      pass(Math.max(0, end - monotonic));
    },
    stall: pass,
    setWall: (ms) => {
      wall = ms;
    },
  };
}
