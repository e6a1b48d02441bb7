/** How many right answers in a row, for each worker, make it all but sure that every worker gave one. */
const IN_A_ROW = 4;
const LIMIT = 15_000;

/**
 * Asks until all workers agree: routes and plugins reach each worker by timers of their own, so one of them may answer
 * as it was before a change. `ask` tells what is wrong with an answer; what stays wrong for 15 s is returned. A Kong with
 * one worker that is never behind is asked once.
 */
export async function agreed(
  { workers, isStandIn }: { readonly workers: number; readonly isStandIn: boolean },
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const deadline = performance.now() + (isStandIn ? 0 : LIMIT);
  for (let inARow = 0; ;) {
    const wrong = await ask();
    inARow = wrong === undefined ? inARow + 1 : 0;
    if (inARow >= (workers === 1 ? 1 : workers * IN_A_ROW)) return undefined;
    if (wrong !== undefined && performance.now() >= deadline) return wrong;
  }
}
