import type { Log } from "../operations/logging/logger.ts";
import type { Timers } from "../time/timers.ts";
import type { ClaimStatus } from "../world/types.ts";

/** What was decided about a claim. */
export interface Decision {
  readonly namespace: string;
  readonly claim: string;
  readonly host: string | undefined;
  readonly phase: ClaimStatus["phase"];
  readonly reason: string;
}

/** Milliseconds for which decisions are gathered. */
const gatherMs = 1000;

/**
 * Logs what was decided about claims, one line for those of a namespace that became the same within a second: a namespace
 * that is deleted with its 1,800 claims is one line with their number and the names of the first.
 */
export class DecisionLog {
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #gathered = new Map<string, Decision[]>();

  constructor(log: Log, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  /** Has the decision logged within a second. */
  note(decision: Decision): void {
    if (this.#gathered.size === 0) {
      this.#timers.after(gatherMs, () => {
        this.flush();
      });
    }
    const { namespace, phase, reason } = decision;
    const alike = `${namespace} ${phase} ${reason}`;
    const decisions = this.#gathered.get(alike) ?? [];
    decisions.push(decision);
    this.#gathered.set(alike, decisions);
  }

  /** Logs at once what has been gathered. */
  flush(): void {
    const gathered = [...this.#gathered.values()];
    this.#gathered.clear();
    for (const decisions of gathered) {
      const [first] = decisions;
      if (first === undefined) continue;
      const { namespace, phase, reason } = first;
      if (decisions.length === 1) this.#log.info({ ...first }, "claim decided");
      else {
        const claims = decisions.map(({ claim }) => claim);
        this.#log.info({ namespace, phase, reason, count: claims.length, claims }, "claims decided");
      }
    }
  }
}
