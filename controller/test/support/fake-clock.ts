import type { Clock } from "../../src/time/clock.ts";

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #ms = Date.parse("2026-04-04T12:25:42Z");
  readonly #timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  #next = 0;

  readonly now = (): number => this.#ms;
  readonly monotonic = (): number => this.#ms;

  readonly after = (ms: number, run: () => void): (() => void) => {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#ms + ms, run });
    return () => this.#timers.delete(id);
  };

  /** Lets the time pass and runs what falls due, in order; work that this begins is awaited by {@link settle}. */
  async pass(ms: number): Promise<void> {
    const until = this.#ms + ms;
    for (;;) {
      const [due] = [...this.#timers.entries()]
        .filter(([, timer]) => timer.at <= until)
        .sort(([, a], [, b]) => a.at - b.at);
      if (due === undefined) break;
      const [id, { at, run }] = due;
      this.#timers.delete(id);
      this.#ms = Math.max(this.#ms, at);
      run();
      await settle();
    }
    this.#ms = until;
    await settle();
  }
}

/** Waits until everything that only waits for promises has come to rest. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
