import type { Clock } from "../time/clock.ts";
import { Timers } from "../time/timers.ts";

const everyMs = 10;

/** How long the longest turn was, in milliseconds. */
export interface Turn {
  /** By the clock: also while other processes had the processor. */
  readonly ms: number;
  /** The most CPU time that one took, not necessarily the same; undefined where Node does not tell. */
  readonly cpuMs: number | undefined;
}

/**
 * Knows for how long at most the process could do nothing else: how late a timer was that is due every 10 ms. Node's own
 * histogram (`perf_hooks.monitorEventLoopDelay`) misses the turn in which it is reset.
 */
export class LongestTurn {
  readonly #clock: Clock;
  readonly #cpuTime: () => number | undefined;
  readonly #timers: Timers;
  #lastMs: number;
  #lastCpuMs: number | undefined;
  #longestMs = 0;
  #longestCpuMs = 0;

  /** `cpuTime`: milliseconds of CPU time that the event loop's thread has taken until now. */
  constructor(clock: Clock, cpuTime: () => number | undefined = threadCpuTime) {
    this.#clock = clock;
    this.#cpuTime = cpuTime;
    this.#timers = new Timers(clock);
    this.#lastMs = clock.monotonic();
    this.#lastCpuMs = cpuTime();
    this.#timers.every(everyMs, () => {
      this.#look();
    });
  }

  /** The longest turn since the last call. */
  take(): Turn {
    this.#look();
    const longest = { ms: this.#longestMs, cpuMs: this.#lastCpuMs === undefined ? undefined : this.#longestCpuMs };
    this.#longestMs = 0;
    this.#longestCpuMs = 0;
    return longest;
  }

  /** Measures no more. */
  stop(): void {
    this.#timers.cancel();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    const cpu = this.#cpuTime();
    const late = now - this.#lastMs - everyMs;
    this.#longestMs = Math.max(this.#longestMs, late);
    // What was done before the turn that made the timer late is in it, but no more than the turn was long.
    const taken = Math.min(late, (cpu ?? 0) - (this.#lastCpuMs ?? 0));
    this.#longestCpuMs = Math.max(this.#longestCpuMs, taken);
    this.#lastMs = now;
    this.#lastCpuMs = cpu;
  }
}

/** Node.js 22 does not tell it. */
function threadCpuTime(): number | undefined {
  const thread: Partial<Pick<NodeJS.Process, "threadCpuUsage">> = process;
  const taken = thread.threadCpuUsage?.();
  return taken && (taken.user + taken.system) / 1_000;
}
