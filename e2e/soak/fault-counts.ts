/** How often each kind of fault struck. */
export type FaultCounts = Map<string, number>;

/** Adds to a count. */
export function note(counts: FaultCounts, what: string, times: number): void {
  counts.set(what, (counts.get(what) ?? 0) + times);
}
