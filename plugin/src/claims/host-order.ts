/**
 * Sorts by hosts, label by label from the right, numbers in them by their size: a name stands before those below it, and
 * `web-2.acme.org` before `web-10.acme.org`.
 */
export function inHostOrder<T>(items: readonly T[], hostOf: (item: T) => string): readonly T[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const keyed = items.map((item) => ({ item, labels: hostOf(item).split(".").reverse() }));
  return keyed.sort((a, b) => labelOrder(a.labels, b.labels, compare)).map(({ item }) => item);
}

function labelOrder(a: readonly string[], b: readonly string[], compare: (a: string, b: string) => number): number {
  for (const [at, label] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const differs = label === other ? 0 : compare(label, other) || (label < other ? -1 : 1);
    if (differs !== 0) return differs;
  }
  return a.length - b.length;
}
