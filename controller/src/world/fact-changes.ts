import type { FactKey } from "./keys.ts";
import type { Reads } from "./reads.ts";

/** How many changes are remembered one by one: more than what happens between two passes over one host. */
const most = 128;

/** Which facts have changed of late, so that what was decided before can be told to hold still. */
export class FactChanges {
  readonly #last: (readonly FactKey[])[] = [];
  #revision = 0;
  /** What was decided before this revision can't be told to hold. */
  #since = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Notes a change of these facts; of none: nobody knows which. */
  note(keys: readonly FactKey[]): void {
    this.#last[this.#revision % most] = keys;
    this.#revision += 1;
    if (keys.length === 0) this.#since = this.#revision;
  }

  /** True unless all of the facts are surely what they were at the revision. */
  haveTouched(facts: Reads, revision: number): boolean {
    if (revision < Math.max(this.#since, this.#revision - most)) return true;
    for (let i = revision; i < this.#revision; i++)
      if (this.#last[i % most]?.some((key) => facts.has(key)) === true) return true;
    return false;
  }
}
