/** The only value of a group: most have one. */
interface One<L, V> {
  readonly key: L;
  readonly value: V;
}

/**
 * Values in groups: by the group's key, then by a key of their own. A group that becomes empty is forgotten, and one with a
 * single value takes little room.
 */
export class Groups<K, L, V> {
  readonly #groups = new Map<K, One<L, V> | Map<L, V>>();

  /** Puts the value into the group, in place of an earlier one with the same key. */
  put(group: K, key: L, value: V): void {
    const values = this.#groups.get(group);
    if (values instanceof Map) values.set(key, value);
    else if (values === undefined || values.key === key) this.#groups.set(group, { key, value });
    else this.#groups.set(group, new Map([[values.key, values.value]]).set(key, value));
  }

  /** Takes the value with the key out of the group, if it is there. */
  drop(group: K, key: L): void {
    const values = this.#groups.get(group);
    if (values instanceof Map) values.delete(key);
    if (values instanceof Map ? values.size === 0 : values?.key === key) this.#groups.delete(group);
  }

  /** The value with the key; undefined: the group has none. */
  get(group: K, key: L): V | undefined {
    const values = this.#groups.get(group);
    if (values instanceof Map) return values.get(key);
    return values?.key === key ? values?.value : undefined;
  }

  /** The group's values, in the order in which they came. */
  of(group: K): readonly V[] {
    return [...this.each(group)];
  }

  /** The same one by one, for who does not look at all of them. */
  *each(group: K): Iterable<V> {
    const values = this.#groups.get(group);
    if (values instanceof Map) yield* values.values();
    else if (values !== undefined) yield values.value;
  }
}

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
