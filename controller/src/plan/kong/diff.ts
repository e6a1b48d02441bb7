/**
 * The fields of an entity that differ from what Kong has: what a PATCH has to carry. Undefined if nothing differs.
 * `known` is the entity as it would be known once Kong has it, which is how `actual` is known.
 */
export function changedFields<E extends object>(desired: E, known: E, actual: E): Partial<E> | undefined {
  const compared = known as Readonly<Record<string, unknown>>;
  const found = actual as Readonly<Record<string, unknown>>;
  const changed = Object.entries(desired).filter(([field]) => !same(compared[field], found[field]));
  return changed.length === 0 ? undefined : (Object.fromEntries(changed) as Partial<E>);
}

/** Structural equality of JSON values; absent and null are the same, as they are in Kong's answers. */
function same(a: unknown, b: unknown): boolean {
  if (a === b || (a == null && b == null)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return Object.keys(left).every((key) => same(left[key], right[key]));
}
