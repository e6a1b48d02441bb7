import { setTimeout as sleep } from "node:timers/promises";

/**
 * Repeats `check` every few milliseconds until it throws nothing, and returns what it returned. After `limit`
 * milliseconds it throws what `check` threw last: the assertion that never came true.
 */
export async function eventually<T>(check: () => T | Promise<T>, limit = 30_000): Promise<T> {
  const start = Date.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() - start >= limit) throw error;
    }
    await sleep(40);
  }
}
