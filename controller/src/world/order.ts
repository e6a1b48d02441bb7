/** What {@link byAge} compares. */
interface Aged {
  readonly created: string;
  readonly uid: string;
}

/** Older first; objects of the same second by UID. RFC 3339 texts in UTC compare as texts. */
export function byAge(a: Aged, b: Aged): number {
  return compareText(a.created, b.created) || compareText(a.uid, b.uid);
}

/** Compares texts by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where it stands, or would stand, among those that are sorted by age. */
export function position(sorted: readonly Aged[], one: Aged): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle];
    if (at !== undefined && byAge(at, one) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
