import type { Log } from "./logger.ts";
import type { Timers } from "../../time/timers.ts";
import type { ClaimStatus } from "../../world/claim-status.ts";

/** What was decided about a claim. */
export interface Decision {
  readonly namespace: string;
  readonly claim: string;
  readonly host: string | undefined;
  readonly phase: ClaimStatus["phase"];
  readonly reason: string;
}

/** Milliseconds that belong together. */
const windowMs = 1000;
/** Claims of a namespace that become the same within that time and have a line each. */
const mostAlone = 5;

/**
 * Logs what was decided about claims. Where many of a namespace become the same within a second, the first have a line each
 * and the others one together: a namespace that is deleted with its 1,800 claims does not make 1,800 lines.
 */
export class DecisionLog {
  readonly #log: Log;
  readonly #timers: Timers;
  /** What was decided since the window began, by what is alike. */
  readonly #window = new Map<string, Decision[]>();

  constructor(log: Log, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  /** Logs the decision, at once or with others like it. */
  note(decision: Decision): void {
    if (this.#window.size === 0) {
      this.#timers.after(windowMs, () => {
        this.flush();
      });
    }
    const { namespace, phase, reason } = decision;
    const alike = `${namespace} ${phase} ${reason}`;
    const decisions = this.#window.get(alike) ?? [];
    decisions.push(decision);
    this.#window.set(alike, decisions);
    if (decisions.length <= mostAlone) this.#log.info({ ...decision }, "claim decided");
  }

  /** Logs at once what is left to be said. */
  flush(): void {
    const gathered = [...this.#window.values()].map((decisions) => decisions.slice(mostAlone));
    this.#window.clear();
    for (const decisions of gathered) {
      const [first] = decisions;
      if (first === undefined) continue;
      const { namespace, phase, reason } = first;
      const claims = decisions.map(({ claim }) => claim);
      this.#log.info({ namespace, phase, reason, count: claims.length, claims }, "more claims decided");
    }
  }
}
