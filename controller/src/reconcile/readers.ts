import type { FactKey } from "../world/keys.ts";
import { Numbers } from "./numbers.ts";
import { add, drop, each, has } from "./small-set.ts";
import type { SmallSet } from "./small-set.ts";

/**
 * Who read what: each work item with the facts that its last decision read, so that a change finds exactly the items that
 * have to be done again. There are dozens of facts for each item, so both are kept as numbers.
 */
export class Readers {
  readonly #items = new Numbers();
  readonly #facts = new Numbers();
  /** The facts that each item read, by its number, in the order in which it did. */
  readonly #readsOf: (readonly number[] | undefined)[] = [];
  /** The items that read each fact, by its number. */
  readonly #readersOf: SmallSet[] = [];

  /** Replaces what is known of the item's reads. */
  record(item: string, reads: ReadonlySet<FactKey>): void {
    const reader = this.#items.of(item);
    const before = this.#readsOf[reader] ?? nothing;
    if (this.#areThose(before, reads)) return;
    const now = Array.from(reads, (key) => this.#facts.of(key));
    const sorted = { before: Uint32Array.from(before).sort(), now: Uint32Array.from(now).sort() };
    eachMissing(sorted.before, sorted.now, (fact) => this.#drop(reader, fact));
    eachMissing(sorted.now, sorted.before, (fact) => (this.#readersOf[fact] = add(this.#readersOf[fact], reader)));
    this.#readsOf[reader] = now;
  }

  /** Adds to the item's reads, of a decision that goes on. */
  add(item: string, reads: ReadonlySet<FactKey>): void {
    const reader = this.#items.of(item);
    const more: number[] = [];
    for (const key of reads) {
      const fact = this.#facts.of(key);
      const readers = this.#readersOf[fact];
      if (has(readers, reader)) continue;
      this.#readersOf[fact] = add(readers, reader);
      more.push(fact);
    }
    if (more.length > 0) this.#readsOf[reader] = [...(this.#readsOf[reader] ?? nothing), ...more];
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

  /** True if they are the same facts, read in the same order: then a decision went as the one before. */
  #areThose(facts: readonly number[], reads: ReadonlySet<FactKey>): boolean {
    if (facts.length !== reads.size) return false;
    let i = 0;
    for (const key of reads) if (facts[i++] !== this.#facts.known(key)) return false;
    return true;
  }

  #drop(reader: number, fact: number): void {
    const left = drop(this.#readersOf[fact], reader);
    this.#readersOf[fact] = left;
    if (left === undefined) this.#facts.free(fact);
  }
}

const nothing: readonly number[] = [];

/** Calls `found` for each number of the first list that the second lacks; both are sorted. */
function eachMissing(of: Uint32Array, from: Uint32Array, found: (number: number) => void): void {
  let i = 0;
  for (const number of of) {
    while (i < from.length && (from[i] ?? 0) < number) i += 1;
    if (from[i] !== number) found(number);
  }
}
