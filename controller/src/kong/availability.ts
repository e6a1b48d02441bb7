import type { Kong } from "./client.ts";
import type { Log } from "../operations/logging/logger.ts";

/** What a {@link KongAvailability} needs. */
export interface KongAvailabilityOptions {
  readonly kong: Pick<Kong, "ready">;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Calls once after so many milliseconds, unless the term ends before. */
  readonly later: (ms: number, run: () => void) => void;
  /** Called when Kong answers again after it did not. */
  readonly onReturn: () => void;
}

const askEveryMs = 1000;

/** Knows whether Kong is away: when a call has failed it asks Kong itself, and then every second until Kong answers. */
export class KongAvailability {
  readonly #options: KongAvailabilityOptions;
  #asking = false;
  #away = false;

  constructor(options: KongAvailabilityOptions) {
    this.#options = options;
  }

  /** True from the moment that Kong did not answer until it answers again. */
  get away(): boolean {
    return this.#away;
  }

  /** Says that a call to Kong had no answer, or that Kong said it can't answer now. */
  suspect(): void {
    if (this.#asking || this.#options.signal.aborted) return;
    this.#asking = true;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const { kong, log, signal, later, onReturn } = this.#options;
    const answers = await kong.ready(signal).catch(() => false);
    if (signal.aborted) return;
    if (!answers) {
      if (!this.#away) log.warn({}, "Kong's Admin API does not answer; waiting for its return");
      this.#away = true;
      later(askEveryMs, () => void this.#ask());
      return;
    }
    this.#asking = false;
    if (!this.#away) return;
    this.#away = false;
    log.info({}, "Kong's Admin API answers again");
    onReturn();
  }
}
