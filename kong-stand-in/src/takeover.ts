import { Backlog } from "./backlog.ts";
import type { Change } from "./store.ts";
import type { Timing } from "./timing.ts";

/** How long one run of a timer takes at most, in milliseconds: by as much two of one rhythm drift apart each time. */
const LONGEST_RUN = 20;

/**
 * Takes over the changes that it is offered: at once for a frequency of 0 seconds, else when its timer fires. As in Kong
 * the timer is due the whole frequency after its own last run ended, so two of them drift apart; they start anywhere,
 * as those of a Kong that has run for long.
 */
export class Takeover {
  #backlog = new Backlog();
  #apply: (change: Change) => void;
  #period: number;
  #timing: Timing;
  #frozen = false;
  #cancel: () => void = () => undefined;

  constructor(frequency: number, timing: Timing, apply: (change: Change) => void) {
    this.#apply = apply;
    this.#period = frequency * 1000;
    this.#timing = timing;
    if (this.#period > 0) this.#next(timing.chance() * this.#period);
  }

  offer(change: Change): void {
    this.#backlog.add(change);
    if (this.#period === 0) this.#run();
  }

  /** Takes over nothing until `thaw`; what is offered waits. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Goes on, with what has waited. */
  thaw(): void {
    this.#frozen = false;
    if (this.#period === 0) this.#run();
  }

  /** Ends the timer. */
  close(): void {
    this.#cancel();
  }

  #next(milliseconds: number): void {
    this.#cancel = this.#timing.after(milliseconds, () => {
      this.#run();
      this.#next(this.#period + this.#timing.chance() * LONGEST_RUN);
    });
  }

  #run(): void {
    if (this.#frozen) return;
    for (const change of this.#backlog.take()) this.#apply(change);
  }
}
