import type { Tenure } from "../../world/host-record.ts";

/** Past holders that a record keeps (rule O10). */
const mostTenures = 20;

/**
 * The history with one more tenure, newest first, and bounded. Where it is full, the oldest of the namespace that has most
 * goes, so that a namespace which takes and releases a host again and again pushes out its own past, and nobody else's.
 */
export function withTenure(tenure: Tenure, history: readonly Tenure[]): readonly Tenure[] {
  let kept = [tenure, ...history];
  while (kept.length > mostTenures) {
    const dropped = leastMissed(kept);
    kept = kept.filter((one) => one !== dropped);
  }
  return kept;
}

/** The oldest tenure of the namespace that has most; of several such namespaces, of the one whose oldest is older. */
function leastMissed(history: readonly Tenure[]): Tenure | undefined {
  const counts = new Map<string, number>();
  for (const { namespace } of history) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return history.findLast(({ namespace }) => counts.get(namespace) === most);
}
