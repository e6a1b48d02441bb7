/** A key whose turn has come, and the group whose key it was when it came. */
export interface Taken {
  readonly key: string;
  readonly group: string | undefined;
}

/**
 * Keys that wait for their turn, fairly: groups take turns, and within a group the first to come is the first to go. A
 * group that fills the set (a tenant who makes thousands of claims) delays itself, and the others by one key at a time.
 */
export class FairQueue {
  readonly #groupOf: (key: string) => string | undefined;
  readonly #groups = new Map<string | undefined, Set<string>>();
  /** Since when each key waits, and in which group; in the order in which they came. */
  readonly #keys = new Map<string, { readonly since: number; readonly group: string | undefined }>();

  constructor(groupOf: (key: string) => string | undefined) {
    this.#groupOf = groupOf;
  }

  /** The number of keys. */
  get size(): number {
    return this.#keys.size;
  }

  /** Since when the key that came first among those that wait has waited; undefined where none waits. */
  get oldest(): number | undefined {
    for (const { since } of this.#keys.values()) return since;
    return undefined;
  }

  /** Puts the key in line, unless it is there already, with the group whose key it is now; `now` is any clock's time. */
  add(key: string, now: number): void {
    if (this.#keys.has(key)) return;
    const group = this.#groupOf(key);
    this.#keys.set(key, { since: now, group });
    const keys = this.#groups.get(group) ?? new Set<string>();
    this.#groups.set(group, keys.add(key));
  }

  /** Takes the key out of the line, if it is there. */
  remove(key: string): void {
    const waiting = this.#keys.get(key);
    if (waiting === undefined) return;
    this.#keys.delete(key);
    const keys = this.#groups.get(waiting.group);
    keys?.delete(key);
    if (keys?.size === 0) this.#groups.delete(waiting.group);
  }

  /** Takes the key whose turn it is, leaving out groups that may not have one; undefined if there is none. */
  take(may: (group: string | undefined) => boolean = () => true): Taken | undefined {
    for (const [group, keys] of this.#groups) {
      if (!may(group)) continue;
      this.#groups.delete(group);
      for (const key of keys) {
        keys.delete(key);
        this.#keys.delete(key);
        if (keys.size > 0) this.#groups.set(group, keys);
        return { key, group };
      }
    }
    return undefined;
  }

  /** Empties the line. */
  clear(): void {
    this.#groups.clear();
    this.#keys.clear();
  }
}
