/** Time as the shell sees it; tests bring their own. The core never sees a clock: it is given times. */
export interface Clock {
  /** Milliseconds since the epoch (wall clock). */
  readonly now: () => number;
  /** Milliseconds that only go forward, from an arbitrary start. */
  readonly monotonic: () => number;
  /** Calls `run` once after `ms` milliseconds, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Node's timers hold 31 bits of milliseconds, and take more for 1. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = (left: number): NodeJS.Timeout =>
      left > longestTimerMs
        ? setTimeout(() => (current = timer(left - longestTimerMs)), longestTimerMs)
        : setTimeout(run, left);
    let current = timer(ms);
    return () => {
      clearTimeout(current);
    };
  },
};
