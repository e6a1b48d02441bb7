import { setTimeout as sleep } from "node:timers/promises";

/** How long to wait for something, and what to say when it does not come. Times are in milliseconds. */
export interface Waiting {
  /** Ends the sentence "waited 30 s for ...". */
  readonly what: string;
  readonly timeout?: number;
  readonly interval?: number;
}

/**
 * Calls `probe` until it returns something other than undefined or false, and returns that.
 * An exception of the probe counts as "not yet" and is the cause of the final error, unless it is a `GiveUp`.
 */
export async function waitFor<T>(
  { what, timeout = 150_000, interval = 50 }: Waiting,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const start = Date.now();
  for (;;) {
    let cause: unknown;
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      if (error instanceof GiveUp) throw error;
      cause = error;
    }
    if (Date.now() - start >= timeout) throw new Error(`waited ${seconds(timeout)} for ${what}`, { cause });
    await sleep(interval);
  }
}

/** Thrown by a probe when waiting longer is of no use. */
export class GiveUp extends Error {}

/** Milliseconds as people read them: `0.4 s`, `12 s`, `3 min 20 s`. */
export function seconds(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const total = Math.round(milliseconds / 1000);
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}
