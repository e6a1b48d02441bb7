import type { FactKey } from "../world/keys.ts";
import { Numbers } from "./numbers.ts";
import { add, drop, each } from "./small-set.ts";
import type { SmallSet } from "./small-set.ts";

/**
 * Who read what: each work item with the facts that its last decision read, so that a change finds exactly the items that
 * have to be done again. There are dozens of facts for each item, so both are kept as numbers.
 */
export class Readers {
  readonly #items = new Numbers();
  readonly #facts = new Numbers();
  /** The facts that each item read, by its number, sorted. */
  readonly #readsOf: (readonly number[] | undefined)[] = [];
  /** The items that read each fact, by its number. */
  readonly #readersOf: SmallSet[] = [];

  /** Replaces what is known of the item's reads. */
  record(item: string, reads: ReadonlySet<FactKey>): void {
    const reader = this.#items.of(item);
    const before = this.#readsOf[reader] ?? nothing;
    const now = Array.from(Uint32Array.from(reads, (key) => this.#facts.of(key)).sort());
    eachMissing(before, now, (fact) => this.#drop(reader, fact));
    eachMissing(now, before, (fact) => (this.#readersOf[fact] = add(this.#readersOf[fact], reader)));
    this.#readsOf[reader] = now;
  }

  /** Forgets an item that no longer exists. */
  forget(item: string): void {
    const reader = this.#items.known(item);
    if (reader === undefined) return;
    for (const fact of this.#readsOf[reader] ?? nothing) this.#drop(reader, fact);
    this.#readsOf[reader] = undefined;
    this.#items.free(reader);
  }

  /** Every item whose last decision read one of the facts. */
  of(keys: Iterable<FactKey>): ReadonlySet<string> {
    const items = new Set<string>();
    for (const key of keys) {
      const fact = this.#facts.known(key);
      if (fact !== undefined) each(this.#readersOf[fact], (reader) => items.add(this.#items.name(reader)));
    }
    return items;
  }

  #drop(reader: number, fact: number): void {
    const left = drop(this.#readersOf[fact], reader);
    this.#readersOf[fact] = left;
    if (left === undefined) this.#facts.free(fact);
  }
}

const nothing: readonly number[] = [];

/** Calls `found` for each number of the first list that the second lacks; both are sorted. */
function eachMissing(of: readonly number[], from: readonly number[], found: (number: number) => void): void {
  let i = 0;
  for (const number of of) {
    while (i < from.length && (from[i] ?? 0) < number) i += 1;
    if (from[i] !== number) found(number);
  }
}
