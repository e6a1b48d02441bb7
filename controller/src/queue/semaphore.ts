/** Runs `task` when a place is free. Rejects with `givenUp()` if the signal fires while the task waits. */
export type Semaphore = <T>(
  task: () => Promise<T>,
  signal: AbortSignal | undefined,
  givenUp: () => Error,
) => Promise<T>;

/** At most `places` tasks at once; the others wait in the order in which they came. */
export function semaphore(places: number): Semaphore {
  let free = places;
  const waiting = new Set<() => void>();

  const release = (): void => {
    const [next] = waiting;
    if (next === undefined) free++;
    else next();
  };

  const place = (signal: AbortSignal | undefined, givenUp: () => Error): Promise<void> => {
    if (signal?.aborted === true) return Promise.reject(givenUp());
    if (free > 0) {
      free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(enter);
        reject(givenUp());
      };
      const enter = (): void => {
        waiting.delete(enter);
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      waiting.add(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  };

  return async (task, signal, givenUp) => {
    await place(signal, givenUp);
    try {
      return await task();
    } finally {
      release();
    }
  };
}
