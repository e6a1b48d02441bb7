/** The one of `known` that is at most two edits away from `text`; the nearest, then the first. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: distance(text, name) }))
    .filter((candidate) => candidate.distance <= 2)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.name;
}

/** Insertions, removals and replacements between two texts (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, left] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...to].entries()) {
      next.push(Math.min((row[j] ?? 0) + (left === right ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
