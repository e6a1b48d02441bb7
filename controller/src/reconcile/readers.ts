import { kindBits } from "../world/keys.ts";
import type { FactKey } from "../world/keys.ts";
import type { Reads } from "../world/reads.ts";
import { eachReader, isReader, join, leave } from "./audience.ts";
import type { Audience } from "./audience.ts";
import { Numbers } from "./numbers.ts";

/** Kinds of facts that were read of one subject, as one number: the subject's number, and the kinds' bits behind it. */
const step = 2 ** kindBits;

/**
 * Who read what: each work item with the facts that its last decision read, so that a change finds exactly the items that
 * have to be done again. There are dozens of facts for each item, so what they are about is kept as numbers, and which facts
 * about it as bits.
 */
export class Readers {
  readonly #items = new Numbers();
  readonly #subjects = new Numbers();
  /** What each item read, by its number, in the order in which it did. */
  readonly #readsOf: (readonly number[] | undefined)[] = [];
  /** The items that read of each subject, by its number. */
  readonly #audiences: (Audience | undefined)[] = [];

  /** Replaces what is known of the item's reads. */
  record(item: string, reads: Reads): void {
    const reader = this.#items.of(item);
    const before = this.#readsOf[reader] ?? nothing;
    const read = reads.bySubject();
    if (this.#areThose(before, read)) return;
    const now = Array.from(read, ([subject, kinds]) => this.#subjects.of(subject) * step + kinds);
    const sorted = { before: Float64Array.from(before).sort(), now: Float64Array.from(now).sort() };
    // What is new comes first: the number of a subject that nobody reads any more is given out again.
    eachMissing(sorted.now, sorted.before, (one) => this.#join(reader, one));
    eachMissing(sorted.before, sorted.now, (one) => this.#leave(reader, one));
    // A copy, as a list that grew has room for more.
    this.#readsOf[reader] = now.slice();
  }

  /** Adds to the item's reads, of a decision that goes on. */
  add(item: string, reads: Reads): void {
    const reader = this.#items.of(item);
    const more: number[] = [];
    for (const [subject, kinds] of reads.bySubject()) {
      const known = this.#subjects.of(subject);
      if (isReader(this.#audiences[known], kinds, reader)) continue;
      const one = known * step + kinds;
      this.#join(reader, one);
      more.push(one);
    }
    if (more.length > 0) this.#readsOf[reader] = [...(this.#readsOf[reader] ?? nothing), ...more];
  }

  /** Forgets an item that no longer exists. */
  forget(item: string): void {
    const reader = this.#items.known(item);
    if (reader === undefined) return;
    for (const one of this.#readsOf[reader] ?? nothing) this.#leave(reader, one);
    this.#readsOf[reader] = undefined;
    this.#items.free(reader);
  }

  /** Every item whose last decision read one of the facts. */
  of(keys: Iterable<FactKey>): ReadonlySet<string> {
    const items = new Set<string>();
    for (const { kind, subject } of keys) {
      const known = this.#subjects.known(subject);
      if (known !== undefined)
        eachReader(this.#audiences[known], kind.bit, (reader) => items.add(this.#items.name(reader)));
    }
    return items;
  }

  /** True if it is the same of the same subjects, read in the same order: then a decision went as the one before. */
  #areThose(before: readonly number[], read: ReadonlyMap<string, number>): boolean {
    if (before.length !== read.size) return false;
    let i = 0;
    for (const [subject, kinds] of read) {
      // From the number to the name: looking a name up among all of them takes the longer the more there are.
      const one = before[i++] ?? 0;
      if (one % step !== kinds || this.#subjects.name(Math.floor(one / step)) !== subject) return false;
    }
    return true;
  }

  #join(reader: number, one: number): void {
    const subject = Math.floor(one / step);
    this.#audiences[subject] = join(this.#audiences[subject], one % step, reader);
  }

  #leave(reader: number, one: number): void {
    const subject = Math.floor(one / step);
    const left = leave(this.#audiences[subject], one % step, reader);
    this.#audiences[subject] = left;
    if (left === undefined) this.#subjects.free(subject);
  }
}

const nothing: readonly number[] = [];

/** Calls `found` for each number of the first list that the second lacks; both are sorted. */
function eachMissing(of: Float64Array, from: Float64Array, found: (number: number) => void): void {
  let i = 0;
  for (const number of of) {
    while (i < from.length && (from[i] ?? 0) < number) i += 1;
    if (from[i] !== number) found(number);
  }
}
