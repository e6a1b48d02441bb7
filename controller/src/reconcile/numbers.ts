/** Small numbers for names, so that much can be kept of them in little room. A number that is free is given out again. */
export class Numbers {
  readonly #byName = new Map<string, number>();
  readonly #names: (string | undefined)[] = [];
  readonly #free: number[] = [];

  /** The number of the name, which gets one if it has none. */
  of(name: string): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const number = this.#free.pop() ?? this.#names.length;
    this.#byName.set(name, number);
    this.#names[number] = name;
    return number;
  }

  /** The number of the name; undefined if it has none. */
  known(name: string): number | undefined {
    return this.#byName.get(name);
  }

  /** The name that has the number. Throws an Error if none has. */
  name(number: number): string {
    const name = this.#names[number];
    if (name === undefined) throw new Error(`no name has the number ${String(number)}`);
    return name;
  }

  /** Takes the number back. */
  free(number: number): void {
    this.#byName.delete(this.name(number));
    this.#names[number] = undefined;
    this.#free.push(number);
  }

  /** How many names have a number. */
  get size(): number {
    return this.#byName.size;
  }
}
