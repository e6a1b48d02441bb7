import type { Collection, Entities } from "./entities.ts";

/** The fields of an entity that differ from what Kong has: what a PATCH has to carry. Undefined if nothing differs. */
export function changedFields<C extends Collection>(
  desired: Entities[C],
  actual: Entities[C],
): Partial<Entities[C]> | undefined {
  const changed = Object.entries(desired).filter(
    ([field, value]) => !same(value, (actual as unknown as Record<string, unknown>)[field]),
  );
  return changed.length === 0 ? undefined : (Object.fromEntries(changed) as Partial<Entities[C]>);
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
