import type { Clock } from "./clock.ts";

/** Milliseconds after which timers, sockets and probes have their turn. */
const longestTurn = 10;

/**
 * The turns of the event loop. Work that waits for nothing would go on for as long as there is some, and the Lease would run
 * out meanwhile: whoever begins a piece of work asks for room first. All who do share one of these, since they share the loop.
 */
export class EventLoop {
  readonly #clock: Clock;
  /** Those who wait for room, in the order in which they came. */
  readonly #waiting: (() => void)[] = [];
  /** True once the first of them was called and had no room, until one has. */
  #isLineWaiting = false;
  /** When the turn began that goes on, by the monotonic clock. */
  #began: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Undefined where there is room now, for work that begins at once: who awaits it nevertheless begins after all others who
   * were told the same. Else resolves when it is one's turn and there is room.
   */
  yieldToEventLoop(): Promise<void> | undefined {
    return !this.#isLineWaiting && this.#hasRoom() ? undefined : new Promise((resolve) => this.#wait(resolve));
  }

  /** Does work whose pieces are divided by `yield`, and makes room between two of them. */
  async inPieces<T>(work: Generator<undefined, T>): Promise<T> {
    for (;;) {
      const room = this.yieldToEventLoop();
      if (room !== undefined) await room;
      const { done, value } = work.next();
      if (done === true) return value;
    }
  }

  #wait(resolve: () => void): void {
    this.#waiting.push(resolve);
    setImmediate(() => this.#callNext());
  }

  /**
   * Called once for each who waits, after the work of the one before: whoever has waited longest goes on if there is room, for
   * as long as there is, and then comes behind all others. So does who comes new while somebody has found none.
   */
  #callNext(): void {
    this.#isLineWaiting = !this.#hasRoom();
    if (this.#isLineWaiting) setImmediate(() => this.#callNext());
    else this.#waiting.shift()?.();
  }

  #hasRoom(): boolean {
    const now = this.#clock.monotonic();
    if (this.#began === undefined) {
      this.#began = now;
      setImmediate(() => {
        this.#began = undefined;
      });
    }
    return now - this.#began < longestTurn;
  }
}
