import type { FactKey } from "../world/keys.ts";

/**
 * Who read what: each unit of decision (a claim, a host, a source ...) with the facts that its last decision read, so
 * that a change finds exactly the units that have to be decided again.
 */
export class Readers {
  readonly #readsOf = new Map<string, ReadonlySet<FactKey>>();
  readonly #readersOf = new Map<FactKey, Set<string>>();

  /** Replaces what is known of the unit's reads. */
  record(unit: string, reads: ReadonlySet<FactKey>): void {
    const before = this.#readsOf.get(unit);
    for (const key of before ?? []) if (!reads.has(key)) this.#drop(unit, key);
    for (const key of reads) {
      if (before?.has(key) === true) continue;
      const readers = this.#readersOf.get(key) ?? new Set<string>();
      readers.add(unit);
      this.#readersOf.set(key, readers);
    }
    this.#readsOf.set(unit, reads);
  }

  /** Forgets a unit that no longer exists. */
  forget(unit: string): void {
    for (const key of this.#readsOf.get(unit) ?? []) this.#drop(unit, key);
    this.#readsOf.delete(unit);
  }

  /** Every unit whose last decision read one of the facts. */
  of(keys: Iterable<FactKey>): ReadonlySet<string> {
    const units = new Set<string>();
    for (const key of keys) for (const unit of this.#readersOf.get(key) ?? []) units.add(unit);
    return units;
  }

  #drop(unit: string, key: FactKey): void {
    const readers = this.#readersOf.get(key);
    readers?.delete(unit);
    if (readers?.size === 0) this.#readersOf.delete(key);
  }
}
