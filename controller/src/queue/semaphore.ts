/** Whose task it is, and what is to happen if it is given up before its turn comes. */
export interface Waiting {
  /** Tenants take turns; tasks that name none are one tenant's. */
  readonly tenant?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly givenUp: () => Error;
}

/** Runs `task` when a place is free. Rejects with `givenUp()` if the signal fires while the task waits. */
export type Semaphore = <T>(task: () => Promise<T>, waiting: Waiting) => Promise<T>;

/**
 * At most `places` tasks at once. The others wait: tenants take turns, and of one tenant's tasks the first to come is the
 * first to go, so that whoever has thousands delays the others by one task at a time.
 */
export function semaphore(places: number): Semaphore {
  let free = places;
  const lines = new Map<string | undefined, Set<() => void>>();

  const release = (): void => {
    const next = taken(lines);
    if (next === undefined) free++;
    else next();
  };

  const place = ({ tenant, signal, givenUp }: Waiting): Promise<void> => {
    if (signal?.aborted === true) return Promise.reject(givenUp());
    if (free > 0) {
      free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const line = lines.get(tenant) ?? new Set();
      const leave = (): void => {
        line.delete(enter);
        if (line.size === 0 && lines.get(tenant) === line) lines.delete(tenant);
        reject(givenUp());
      };
      const enter = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      lines.set(tenant, line.add(enter));
      signal?.addEventListener("abort", leave, { once: true });
    });
  };

  return async (task, waiting) => {
    await place(waiting);
    try {
      return await task();
    } finally {
      release();
    }
  };
}

/** Takes the first of the line whose turn it is; that line then waits for all others. */
function taken(lines: Map<string | undefined, Set<() => void>>): (() => void) | undefined {
  for (const [tenant, line] of lines) {
    lines.delete(tenant);
    for (const first of line) {
      line.delete(first);
      if (line.size > 0) lines.set(tenant, line);
      return first;
    }
  }
  return undefined;
}
