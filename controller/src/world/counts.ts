/**
 * Counts by two keys, for questions such as "does anybody but this namespace hold something here?", answered without
 * looking at each thing. A count that reaches zero is forgotten.
 */
export class Counts<K> {
  readonly #counts = new Map<K, Map<string, number>>();

  /** Adds `by` (+1 or -1) to the count of `group` under `key`; true if the group appeared or vanished. */
  add(key: K, group: string, by: 1 | -1): boolean {
    const groups = this.#counts.get(key) ?? new Map<string, number>();
    const before = groups.get(group) ?? 0;
    const after = before + by;
    if (after === 0) groups.delete(group);
    else groups.set(group, after);
    if (groups.size === 0) this.#counts.delete(key);
    else this.#counts.set(key, groups);
    return before === 0 || after === 0;
  }

  /** True if any group other than `group` has a count under `key`. */
  hasOther(key: K, group: string): boolean {
    const groups = this.#counts.get(key);
    return groups !== undefined && groups.size > (groups.has(group) ? 1 : 0);
  }
}
