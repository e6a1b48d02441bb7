import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";

/** What is asked of a reflector while it follows its kind: each call ends what is under way. */
export interface Interruptions {
  /** Begins the next list or watch: what ends it early, and whether somebody has asked that everything is listed. */
  readonly begin: () => { readonly ends: AbortSignal; readonly listFirst: boolean };
  /** A complete list is there: whoever had asked for one before it began is answered. */
  readonly listed: () => void;
  /** The API server has answered what `ends` ends: whoever waits for that is answered, unless it was ended. */
  readonly heard: (ends: AbortSignal) => void;
  /** Asks for a list that begins from now on; resolves when it is complete. */
  readonly relist: () => Promise<void>;
  /** Ends what is under way; resolves when the API server has answered what comes next, or after two seconds. */
  readonly reopen: () => Promise<void>;
}

/** How long an answer to a watch that is opened anew is waited for. */
const reopenMs = 2_000;

/** Nothing is asked yet. `stopped` ends everything for good. */
export function interruptions(clock: Clock, stopped: AbortSignal): Interruptions {
  let current = new AbortController();
  const asked: (() => void)[] = [];
  /** Those that the next complete list answers. */
  const underWay: (() => void)[] = [];
  const reopening = new Set<AbortController>();
  return {
    begin: () => {
      current = new AbortController();
      const listFirst = asked.length > 0;
      underWay.push(...asked.splice(0));
      return { ends: AbortSignal.any([stopped, current.signal]), listFirst };
    },
    listed: () => {
      for (const done of underWay.splice(0)) done();
    },
    heard: (ends) => {
      if (!ends.aborted) for (const waiting of reopening) waiting.abort();
    },
    relist: () =>
      new Promise((resolve) => {
        asked.push(resolve);
        current.abort();
      }),
    reopen: async () => {
      current.abort();
      const waiting = new AbortController();
      reopening.add(waiting);
      await sleep(clock, reopenMs, AbortSignal.any([stopped, waiting.signal]));
      reopening.delete(waiting);
    },
  };
}
