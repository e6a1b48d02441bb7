import type { Clock } from "../../src/time/clock.ts";

/**
 * A clock that stands still until it is told to go on. (A library's fake timers give the real event loop a millisecond for
 * each timer, which the millions of timers of random histories have not.)
 */
export class FakeClock implements Clock {
  #monotonic = 1_000;
  #wall = Date.parse("2026-04-04T12:00:00Z");
  readonly #timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  #next = 0;

  readonly now = (): number => this.#wall;
  readonly monotonic = (): number => this.#monotonic;

  readonly after = (ms: number, run: () => void): (() => void) => {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#monotonic + ms, run });
    return () => this.#timers.delete(id);
  };

  /** Lets the time pass and runs what falls due, in order, each with everything that follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.#monotonic + ms;
    await settle();
    for (;;) {
      const due = this.#due(until);
      if (due === undefined) break;
      this.#timers.delete(due.id);
      this.stall(Math.max(0, due.at - this.#monotonic));
      due.run();
      await settle();
    }
    this.stall(Math.max(0, until - this.#monotonic));
    await settle();
  }

  /** Lets time pass without running a single timer, as a stopped process sees it. */
  stall(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }

  /** Sets the wall clock alone. */
  setWall(ms: number): void {
    this.#wall = ms;
  }

  #due(until: number): { readonly id: number; readonly at: number; readonly run: () => void } | undefined {
    let first: { readonly id: number; readonly at: number; readonly run: () => void } | undefined;
    for (const [id, timer] of this.#timers)
      if (timer.at <= until && (first === undefined || timer.at < first.at)) first = { id, ...timer };
    return first;
  }
}

/** Lets everything that is not waiting for time or a socket happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
