import { SortedKeys } from "./sorted-keys.ts";

/**
 * Keys by group, in order within each. Most groups of a large store hold one key only (a name, a tag of one object),
 * so a single key is kept without a set around it.
 */
export class Groups {
  #groups = new Map<string, string | SortedKeys>();

  /** Adds the key to the group; null is no group. */
  add(group: string | null, key: string): void {
    if (group === null) return;
    const known = this.#groups.get(group);
    if (known === undefined) this.#groups.set(group, key);
    else if (typeof known !== "string") known.add(key);
    else if (known !== key) {
      const keys = new SortedKeys();
      keys.add(known);
      keys.add(key);
      this.#groups.set(group, keys);
    }
  }

  /** Removes the key from the group. */
  delete(group: string | null, key: string): void {
    if (group === null) return;
    const known = this.#groups.get(group);
    if (typeof known === "string" ? known === key : known?.delete(key) && known.size === 0) this.#groups.delete(group);
  }

  /** How many keys the group has. */
  size(group: string): number {
    const known = this.#groups.get(group);
    return typeof known === "string" ? 1 : (known?.size ?? 0);
  }

  /** The first key of the group after the given one, or of all for undefined. */
  next(group: string, after: string | undefined): string | undefined {
    const known = this.#groups.get(group);
    if (typeof known !== "string") return known?.next(after);
    return after === undefined || known > after ? known : undefined;
  }

  /** The keys of the group after the given one, in order. */
  *after(group: string, key?: string): Generator<string> {
    for (let next = this.next(group, key); next !== undefined; next = this.next(group, next)) yield next;
  }
}
