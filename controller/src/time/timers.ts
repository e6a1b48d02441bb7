import type { Clock } from "./clock.ts";

/** Timers that are cancelled together. */
export class Timers {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();
  #cancelled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs once, after so many milliseconds; not at all if all have been cancelled. */
  after(ms: number, run: () => void): void {
    if (this.#cancelled) return;
    const cancel = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }

  /** Runs again and again, so many milliseconds after the time before. */
  every(ms: number, run: () => void): void {
    this.after(ms, () => {
      run();
      this.every(ms, run);
    });
  }

  /** From now on none runs any more. */
  cancel(): void {
    this.#cancelled = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
