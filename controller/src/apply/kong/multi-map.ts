/** A map from a key to several texts. A key without values takes no room, and one that has a single value little. */
export class MultiMap<K, V extends string> {
  readonly #values = new Map<K, V | Set<V>>();

  /** The values of the key, in the order in which they came. */
  get(key: K): Iterable<V> {
    const values = this.#values.get(key);
    if (values === undefined) return nothing;
    return values instanceof Set ? values : [values];
  }

  /** True if the key has the value; by default, if it has any. */
  has(key: K, value?: V): boolean {
    const values = this.#values.get(key);
    if (value === undefined) return values !== undefined;
    return values instanceof Set ? values.has(value) : values === value;
  }

  /** Adds a value. */
  add(key: K, value: V): void {
    const values = this.#values.get(key);
    if (values === undefined) this.#values.set(key, value);
    else if (values instanceof Set) values.add(value);
    else if (values !== value) this.#values.set(key, new Set([values, value]));
  }

  /** Takes a value away. */
  delete(key: K, value: V): void {
    const values = this.#values.get(key);
    if (values === value) this.#values.delete(key);
    if (!(values instanceof Set)) return;
    values.delete(value);
    if (values.size === 0) this.#values.delete(key);
  }
}

const nothing: readonly never[] = [];
