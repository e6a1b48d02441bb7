import type { Clock } from "../time/clock.ts";
import { Timers } from "../time/timers.ts";

const everyMs = 10;

/**
 * Knows for how long at most the process could do nothing else: how late a timer was that is due every 10 ms. Node's own
 * histogram (`perf_hooks.monitorEventLoopDelay`) misses the turn in which it is reset.
 */
export class LongestTurn {
  readonly #clock: Clock;
  readonly #timers: Timers;
  #lastMs: number;
  #longestMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#lastMs = clock.monotonic();
    this.#timers.every(everyMs, () => {
      this.#look();
    });
  }

  /** Milliseconds of the longest turn since the last call. */
  take(): number {
    this.#look();
    const longest = this.#longestMs;
    this.#longestMs = 0;
    return longest;
  }

  /** Measures no more. */
  stop(): void {
    this.#timers.cancel();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    this.#longestMs = Math.max(this.#longestMs, now - this.#lastMs - everyMs);
    this.#lastMs = now;
  }
}
