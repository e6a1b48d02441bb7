import type { Clock } from "../time/clock.ts";

/** How well a kind is known. */
export interface KindHealth {
  /** False while the API server does not serve the kind. */
  readonly installed: boolean;
  /** Milliseconds since the API server gave the last sign of life for the kind. */
  readonly lastActivityMs: number;
  /** Milliseconds since what is known of the kind was last known to be all of it. */
  readonly lastCurrentMs: number;
  /** Why it can't be listed, as a sentence; undefined where nothing is wrong. */
  readonly problem: string | undefined;
}

/** Keeps count of how well a kind is known. */
export interface Vitals {
  readonly health: () => KindHealth;
  /** The API server gave a sign of life. */
  readonly heard: () => void;
  /** Everything was listed, and is followed from there. Returns whether the kind was not installed before. */
  readonly listed: () => boolean;
  /** Something may be missing until the next complete list. */
  readonly gap: () => void;
  readonly failed: (problem: string) => void;
  /** The API server does not serve the kind; `problem` says so where that is wrong. Returns whether it is news. */
  readonly absent: (problem: string | undefined) => boolean;
}

/** The vitals of a kind of which nothing is known yet. */
export function vitals(clock: Clock): Vitals {
  let activeAt = clock.monotonic();
  let currentAt = activeAt;
  let complete = false;
  let installed = true;
  let problem: string | undefined;
  const heard = (): void => {
    activeAt = clock.monotonic();
    if (complete) currentAt = activeAt;
  };
  return {
    health: () => {
      const now = clock.monotonic();
      return { installed, lastActivityMs: now - activeAt, lastCurrentMs: now - currentAt, problem };
    },
    heard,
    listed: () => {
      const appeared = !installed;
      complete = true;
      installed = true;
      problem = undefined;
      heard();
      return appeared;
    },
    gap: () => {
      complete = false;
    },
    failed: (why) => {
      problem = why;
    },
    absent: (why) => {
      const news = installed;
      installed = false;
      problem = why;
      // That there is nothing of the kind is all that there is to know.
      complete = why === undefined;
      heard();
      return news;
    },
  };
}
