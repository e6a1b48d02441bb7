/** Waits that grow while things go wrong. */
export interface Backoff {
  /** Milliseconds to wait before the next try. */
  readonly next: () => number;
  /** Things went well: start over. */
  readonly reset: () => void;
}

/**
 * Decorrelated jitter between `minMs` and `maxMs`: each wait is drawn between the least and three times the last, so
 * that clients which failed together come back apart.
 */
export function decorrelatedBackoff(random: () => number, minMs: number, maxMs: number): Backoff {
  let last = minMs;
  return {
    next: () => (last = Math.min(maxMs, minMs + random() * (last * 3 - minMs))),
    reset: () => {
      last = minMs;
    },
  };
}
