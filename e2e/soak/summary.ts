import type { FaultCounts } from "./fault-counts.ts";

/** What runs came to so far. */
export interface Totals {
  readonly first: number;
  readonly done: number;
  readonly looks: number;
  readonly rests: number;
  readonly violations: number;
}

/** What `make soak` prints at the end of the live runs, which took so many seconds. */
export function summary(
  { first, done, looks, rests, violations }: Totals,
  counts: FaultCounts,
  seconds: number,
): string {
  const faults = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const injected = faults.reduce((sum, [, times]) => sum + times, 0);
  const width = Math.max(...faults.map(([fault]) => fault.length), 0);
  const last = String(first + done - 1);
  return [
    `runs                 ${String(done)} (seeds ${String(first)} to ${last}, ${seconds.toFixed(0)} s)`,
    `faults injected      ${String(injected)}`,
    ...faults.map(([fault, times]) => `  ${fault.padEnd(width)}  ${String(times).padStart(8)}`),
    `invariants checked   ${String(looks * 3 + rests * 5 + done)}`,
    `  meanwhile          ${String(looks)} times: I3 no route without the host, I4 foreign entities, L2b guards`,
    `  at rest            ${String(rests)} times: I1 the register, I5 nobody waits in vain, statuses, Kong's routes, redirects (N-d), nothing left over`,
    `  all the time       in ${String(done)} runs: N-a a site whose names change is answered, N-b and N-c every version of the register`,
    `  a further pass     ${String(done)} times: I6 nothing is written`,
    `violations           ${String(violations)}`,
    `seed of the last     ${last}`,
  ].join("\n");
}
