/** When things end, and which of them ends first: looked for among all only after that one has changed. */
export class Expiries {
  readonly #ends = new Map<string, number>();
  #first: number | undefined;

  /** Says when the thing ends, in milliseconds since the epoch; undefined: it is none any more. */
  set(key: string, end: number | undefined): void {
    const before = this.#ends.get(key);
    if (before === end) return;
    if (end === undefined) this.#ends.delete(key);
    else this.#ends.set(key, end);
    if (before !== undefined && before === this.#first) this.#first = undefined;
    else if (this.#first !== undefined && end !== undefined) this.#first = Math.min(this.#first, end);
  }

  /** The first end; undefined where nothing ends. */
  get first(): number | undefined {
    if (this.#ends.size === 0) return undefined;
    if (this.#first === undefined) {
      this.#first = Infinity;
      for (const end of this.#ends.values()) this.#first = Math.min(this.#first, end);
    }
    return this.#first;
  }
}
