/** What {@link byAge} compares. */
export interface Aged {
  readonly created: string;
  readonly uid: string;
}

/** Older first; objects of the same second by UID. RFC 3339 texts in UTC compare as texts. */
export function byAge(a: Aged, b: Aged): number {
  return compareText(a.created, b.created) || compareText(a.uid, b.uid);
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

/** Compares texts by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * True if the version is the other one or came after it. The versions of one resource compare as numbers, which the API
 * promises (Kubernetes, "Resource versions"); where they are none, only the same version is known to have been reached.
 */
export function atLeastVersion(version: string, target: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(target) ? BigInt(version) >= BigInt(target) : version === target;
}

/** True if two versions of an object say the same, whatever the fields in `but` say. */
export function equalIgnoring<T extends object>(before: T | undefined, now: T, ...but: readonly (keyof T)[]): boolean {
  return before !== undefined && sameFields(before, now, but as readonly string[]);
}

/** Structural equality of JSON values: a field that is absent and one that is undefined are the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  return sameFields(a, b, none);
}

const none: readonly string[] = [];

function sameFields(a: object, b: object, but: readonly string[]): boolean {
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  for (const field in left) if (!but.includes(field) && !sameJson(left[field], right[field])) return false;
  for (const field in right)
    if (left[field] === undefined && right[field] !== undefined && !but.includes(field)) return false;
  return true;
}
