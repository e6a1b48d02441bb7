import type { Clock } from "./clock.ts";

/** Milliseconds after which timers, sockets and probes have their turn. */
const longestTurn = 10;

/** A turn that goes on: since when, by the monotonic clock, and when it is over. */
interface Turn {
  readonly began: number;
  readonly over: Promise<void>;
}

/**
 * The turns of the event loop. Work that waits for nothing would go on for as long as there is some, and the Lease would run
 * out meanwhile: whoever begins a piece of work asks for room first.
 */
export class EventLoop {
  readonly #clock: Clock;
  #turn: Turn | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined where there is room now; else resolves when there is, in a turn that follows. */
  yieldToEventLoop(): Promise<void> | undefined {
    this.#turn ??= this.#begin();
    if (this.#clock.monotonic() - this.#turn.began < longestTurn) return undefined;
    return this.#turn.over.then(() => this.yieldToEventLoop());
  }

  #begin(): Turn {
    const over = new Promise<void>((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        resolve();
      });
    });
    return { began: this.#clock.monotonic(), over };
  }
}
