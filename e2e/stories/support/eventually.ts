import { setTimeout as sleep } from "node:timers/promises";

/**
 * Repeats `check` until it throws nothing, and returns what it returned. After `limit` milliseconds it throws what `check` threw
 * last: the assertion that never came true. The pauses grow with what has been waited for, from 40 milliseconds to `longest`:
 * what takes long is asked for less often, and is not seen much later for that.
 */
export async function eventually<T>(check: () => T | Promise<T>, limit = 150_000, longest = 500): Promise<T> {
  const start = Date.now();
  for (;;) {
    const waited = Date.now() - start;
    try {
      return await check();
    } catch (error) {
      if (waited >= limit) throw error;
    }
    await sleep(Math.min(Math.max(40, waited / 10), longest));
  }
}
