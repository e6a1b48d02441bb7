/** Values in groups: by the group's key, then by a key of their own. A group that becomes empty is forgotten. */
export class Groups<K, L, V> {
  readonly #groups = new Map<K, Map<L, V>>();

  /** Puts the value into the group, in place of an earlier one with the same key. */
  put(group: K, key: L, value: V): void {
    this.#groups.set(group, (this.#groups.get(group) ?? new Map<L, V>()).set(key, value));
  }

  /** Takes the value with the key out of the group, if it is there. */
  drop(group: K, key: L): void {
    const values = this.#groups.get(group);
    values?.delete(key);
    if (values?.size === 0) this.#groups.delete(group);
  }

  /** The group's values, in the order in which they came. */
  of(group: K): readonly V[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }
}
