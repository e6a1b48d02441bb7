/** A map from a key to several values; a key without values takes no room. */
export class MultiMap<K, V> {
  readonly #values = new Map<K, Set<V>>();

  /** The values of the key, in the order in which they came. */
  get(key: K): ReadonlySet<V> {
    return this.#values.get(key) ?? new Set();
  }

  /** True if the key has a value. */
  has(key: K): boolean {
    return this.#values.has(key);
  }

  /** Adds a value. */
  add(key: K, value: V): void {
    this.#values.set(key, (this.#values.get(key) ?? new Set()).add(value));
  }

  /** Takes a value away. */
  delete(key: K, value: V): void {
    const values = this.#values.get(key);
    values?.delete(value);
    if (values?.size === 0) this.#values.delete(key);
  }
}
