/** What {@link Failures} needs. */
export interface FailuresOptions {
  /** First wait after a failure; doubles with every further one. */
  readonly minBackoffMs: number;
  /** Longest wait. */
  readonly maxBackoffMs: number;
  readonly random: () => number;
  /** True for an error that is no failure: somebody else was faster, and the next try sees what they did. */
  readonly isContention: (error: unknown) => boolean;
}

/** How long a key waits after a failure. `firm`: the outside asked for the wait, so nobody cuts it short. */
export interface Wait {
  /** How many times in a row the key's work has failed, this one included. */
  readonly attempt: number;
  readonly waitMs: number;
  readonly firm: boolean;
}

/** Whoever loses more races than that one after the other is not racing: something is wrong. */
const racesInARow = 4;

/** How often the work of each key has failed in a row, what it was for, and how long it waits for the next try. */
export class Failures {
  readonly #options: FailuresOptions;
  readonly #inARow = new Map<string, number>();
  /** What the key's work, which has not succeeded since, is for. */
  readonly #aims = new Map<string, string>();

  constructor(options: FailuresOptions) {
    this.#options = options;
  }

  /** Says what the key's work is for from now on: failures at something else don't count. */
  aimAt(key: string, aim: string): void {
    if (this.#aims.get(key) === aim) return;
    this.#aims.set(key, aim);
    this.#inARow.delete(key);
  }

  /** The key's work has succeeded. */
  forget(key: string): void {
    this.#inARow.delete(key);
    this.#aims.delete(key);
  }

  /** True if the error is but a lost race, as long as that does not go on. */
  isLostRace(key: string, error: unknown): boolean {
    return this.#options.isContention(error) && (this.#inARow.get(key) ?? 0) < racesInARow;
  }

  /** Counts a failure; `asked`: somebody has asked for the key since the work began. */
  count(key: string, error: unknown, asked: boolean): Wait {
    const attempt = (this.#inARow.get(key) ?? 0) + 1;
    this.#inARow.set(key, attempt);
    const retryAfterMs = Math.min(retryAfterOf(error), this.#options.maxBackoffMs);
    const firm = retryAfterMs > 0;
    // Not again and again: work that asks for itself and fails would never let go.
    const atOnce = asked && !firm && attempt === 1;
    return { attempt, waitMs: atOnce ? 0 : Math.max(this.#backoff(attempt), retryAfterMs), firm };
  }

  /** Doubling, and spread over the upper half so that keys that failed together do not come back together. */
  #backoff(attempt: number): number {
    const { maxBackoffMs, minBackoffMs, random } = this.#options;
    const full = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(attempt - 1, 30));
    return full * (0.5 + random() / 2);
  }
}

function retryAfterOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("retryAfterMs" in error)) return 0;
  return typeof error.retryAfterMs === "number" && error.retryAfterMs > 0 ? error.retryAfterMs : 0;
}
