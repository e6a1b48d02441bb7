import type { Clock } from "../time/clock.ts";
import type { Kong } from "./client.ts";
import { KongError } from "./errors.ts";
import type { Log } from "../operations/logging/logger.ts";

/** What a {@link KongAvailability} needs. */
export interface KongAvailabilityOptions {
  readonly kong: Pick<Kong, "ready">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds between an answer and the next question. */
const whileThereMs = 2000;
const whileAwayMs = 1000;

/**
 * Knows whether Kong can serve its Admin API, for as long as the process lives: it asks Kong every other second, every
 * second while Kong is away, and at once when somebody's call has failed.
 */
export class KongAvailability {
  readonly #options: KongAvailabilityOptions;
  readonly #observers = new Set<(away: boolean) => void>();
  readonly #end = new AbortController();
  #problem: string | undefined = "Kong has not been asked yet";
  #away = false;
  #asking = false;
  #started = false;
  #cancelNext = (): void => undefined;

  constructor(options: KongAvailabilityOptions) {
    this.#options = options;
  }

  /** What keeps Kong from being used, in a sentence; undefined while nothing does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** True from the moment that Kong did not answer until it answers again; false before it has been asked. */
  get away(): boolean {
    return this.#away;
  }

  /** Begins to ask. Before that, Kong is asked only when a call has failed, until it answers. */
  start(): void {
    this.#started = true;
    this.#ask();
  }

  /** Says that a call to Kong had no answer, or that Kong said it can't answer now. */
  suspect(): void {
    if (!this.#away) this.#ask();
  }

  /** Has the observer called when Kong goes away and when it is back, until the returned function is called. */
  observe(observer: (away: boolean) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Asks no more, and tells nobody anything any more. */
  stop(): void {
    this.#end.abort();
    this.#cancelNext();
  }

  #ask(): void {
    if (this.#asking || this.#end.signal.aborted) return;
    this.#cancelNext();
    this.#asking = true;
    void this.#answer().then((problem) => {
      this.#asking = false;
      if (this.#end.signal.aborted) return;
      this.#note(problem);
      if (!this.#started && !this.#away) return;
      this.#cancelNext = this.#options.clock.after(this.#away ? whileAwayMs : whileThereMs, () => {
        this.#ask();
      });
    });
  }

  async #answer(): Promise<string | undefined> {
    try {
      return (await this.#options.kong.ready(this.#end.signal)) ? undefined : "Kong's database is not reachable";
    } catch (error) {
      return error instanceof KongError ? error.message : "Kong does not answer";
    }
  }

  #note(problem: string | undefined): void {
    const { log } = this.#options;
    this.#problem = problem;
    const away = problem !== undefined;
    if (away === this.#away) return;
    this.#away = away;
    if (away) log.warn({ problem }, "Kong is away; waiting for its return");
    else log.info({}, "Kong is back");
    for (const observer of [...this.#observers]) observer(away);
  }
}
