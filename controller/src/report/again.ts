import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";

/** One report, and how it is known that another one may say something else. */
export interface Report {
  readonly text: string;
  /** Aborts when something in the cluster has changed since the report was begun. */
  readonly changed: AbortSignal;
  readonly end: () => Promise<void>;
}

/** How reports follow each other. */
export interface ReportsOptions {
  /** Looks at cluster and Kong, and reports; what it throws ends all. */
  readonly report: () => Promise<Report>;
  readonly print: (text: string) => void;
  /** Also looks again after so many milliseconds, since Kong tells nobody of a change; 0: never. */
  readonly lookAgainMs: number;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What happens within a second is told in one report. */
const collectMs = 1_000;

/** The longest time that a timer of Node takes. */
const longestMs = 2 ** 31 - 1;

/** Reports, and again whenever something has changed, until the signal aborts; what says the same as before is not printed. */
export async function reportAgain({ report, print, lookAgainMs, clock, signal }: ReportsOptions): Promise<void> {
  let printed: string | undefined;
  while (!signal.aborted) {
    const { text, changed, end } = await report();
    try {
      if (text !== printed) print(text);
      printed = text;
      const woken = AbortSignal.any([signal, changed]);
      await sleep(clock, lookAgainMs === 0 ? longestMs : lookAgainMs, woken);
      await sleep(clock, collectMs, signal);
    } finally {
      await end();
    }
  }
}
