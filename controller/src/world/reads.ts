import { factTexts } from "./keys.ts";
import type { FactKey } from "./keys.ts";

/** Facts that a decision has read. They are kept by what they are about: dozens of facts are about a few subjects. */
export class Reads {
  /** The bits of the kinds, by subject. */
  readonly #kindsOf = new Map<string, number>();

  constructor(keys: Iterable<FactKey> = []) {
    for (const key of keys) this.add(key);
  }

  add({ kind, subject }: FactKey): this {
    this.#add(subject, kind.bit);
    return this;
  }

  addAll(reads: Reads): this {
    for (const [subject, kinds] of reads.#kindsOf) this.#add(subject, kinds);
    return this;
  }

  has({ kind, subject }: FactKey): boolean {
    return ((this.#kindsOf.get(subject) ?? 0) & kind.bit) !== 0;
  }

  /** Each subject, in the order in which they were read first, with the bits of the kinds that were read of it. */
  bySubject(): ReadonlyMap<string, number> {
    return this.#kindsOf;
  }

  /** A word for each fact, for people. */
  texts(): readonly string[] {
    return [...this.#kindsOf].flatMap(([subject, kinds]) => factTexts(subject, kinds));
  }

  #add(subject: string, kinds: number): void {
    const before = this.#kindsOf.get(subject) ?? 0;
    if ((before | kinds) !== before) this.#kindsOf.set(subject, before | kinds);
  }
}

/** The keys, each once. */
export function distinct(keys: readonly FactKey[]): readonly FactKey[] {
  const seen = new Reads();
  return keys.filter((key) => {
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
