import type { Waiting } from "../kube/follow.ts";

/** A wait that is shorter than this is not worth a word, in milliseconds. */
export const silence = 2000;

/** What being patient needs from outside. */
export interface Patience {
  readonly sleep: Waiting["sleep"];
  /** Aborted when it is waited no longer. */
  readonly signal: AbortSignal;
}

/**
 * What comes of a wait. When it has lasted for a while, `speak` is called, once; `over` is aborted when nobody is to hear it any
 * more. That it fails changes nothing. Throws what the wait throws.
 */
export async function patiently<T>(
  wait: () => Promise<T>,
  speak: (over: AbortSignal) => Promise<void> | void,
  { sleep, signal }: Patience,
): Promise<T> {
  const done = new AbortController();
  const over = AbortSignal.any([signal, done.signal]);
  const spoken = sleep(silence, over)
    .then(async () => {
      if (!over.aborted) await speak(over);
    })
    .catch(() => undefined);
  const result = await wait().finally(() => done.abort());
  await spoken;
  return result;
}
