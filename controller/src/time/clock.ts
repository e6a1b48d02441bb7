/** Time as the shell sees it; tests bring their own. The core never sees a clock: it is given times. */
export interface Clock {
  /** Milliseconds since the epoch (wall clock). */
  readonly now: () => number;
  /** Milliseconds that only go forward, from an arbitrary start. */
  readonly monotonic: () => number;
  /** Calls `run` once after `ms` milliseconds, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
