/** Characters of a value that are parsed at once. */
const piece = 16_384;

/** Where values nest deeper than any object of the API server does, the rest is parsed at once. */
const deepest = 32;

/** A key that would set the prototype of what it is written into; no object of the API server has it. */
const prototypeKey = "__proto__";

/**
 * What JSON.parse makes of the text, in pieces of some ten thousand characters: an object of the API server may have
 * megabytes, which to parse keeps the event loop busy for a tenth of a second. Throws SyntaxError where the text is no JSON.
 */
export function* parsedInPieces(text: string): Generator<undefined, unknown> {
  if (text.length <= piece) return JSON.parse(text) as unknown;
  const reader = new Reader(text);
  const value = yield* valueOf(reader, 0);
  reader.expectEnd();
  return value;
}

function* valueOf(reader: Reader, depth: number): Generator<undefined, unknown> {
  const whole = reader.wholeValue(depth < deepest ? piece : Infinity);
  if (whole !== undefined) {
    if (reader.isPieceOver()) yield;
    return whole.value;
  }
  return reader.take("[") ? yield* arrayOf(reader, depth) : yield* objectOf(reader, depth);
}

function* arrayOf(reader: Reader, depth: number): Generator<undefined, unknown> {
  const items: unknown[] = [];
  if (reader.take("]")) return items;
  do items.push(yield* valueOf(reader, depth + 1));
  while (reader.take(","));
  reader.expect("]");
  return items;
}

function* objectOf(reader: Reader, depth: number): Generator<undefined, unknown> {
  const fields: Record<string, unknown> = {};
  reader.expect("{");
  if (reader.take("}")) return fields;
  do {
    const key = reader.key();
    reader.expect(":");
    const value = yield* valueOf(reader, depth + 1);
    if (key !== prototypeKey) fields[key] = value;
  } while (reader.take(","));
  reader.expect("}");
  return fields;
}

/** The text, and how far it has been read. */
class Reader {
  readonly #text: string;
  readonly #structural = /["{}[\]]/g;
  readonly #plain = /[^\s,\]}]*/y;
  readonly #space = /[ \t\r\n]*/y;
  #at = 0;
  #pieceBegan = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** True, once, where a piece of the text has been read since it was last. */
  isPieceOver(): boolean {
    if (this.#at - this.#pieceBegan < piece) return false;
    this.#pieceBegan = this.#at;
    return true;
  }

  /** The next value; undefined where it is an array or an object of more than `most` characters. */
  wholeValue(most: number): { readonly value: unknown } | undefined {
    this.#skipSpace();
    const end = this.#endOfValue(most);
    return end === undefined ? undefined : { value: this.#parse(end) };
  }

  key(): string {
    this.#skipSpace();
    if (this.#text[this.#at] !== '"') throw this.#unexpected();
    return this.#parse(this.#endOfString(this.#at)) as string;
  }

  /** True if the character came next; then it has been read. */
  take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  expect(character: string): void {
    if (!this.take(character)) throw this.#unexpected();
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #parse(end: number): unknown {
    const value = JSON.parse(this.#text.slice(this.#at, end)) as unknown;
    this.#at = end;
    return value;
  }

  #skipSpace(): void {
    this.#space.lastIndex = this.#at;
    this.#space.test(this.#text);
    this.#at = this.#space.lastIndex;
  }

  #endOfValue(most: number): number | undefined {
    const first = this.#text[this.#at];
    if (first === '"') return this.#endOfString(this.#at);
    if (first === "{" || first === "[") return this.#endOfContainer(most);
    this.#plain.lastIndex = this.#at;
    this.#plain.test(this.#text);
    return this.#plain.lastIndex;
  }

  #endOfContainer(most: number): number | undefined {
    let depth = 0;
    this.#structural.lastIndex = this.#at;
    for (let found = this.#structural.exec(this.#text); found !== null; found = this.#structural.exec(this.#text)) {
      const { index } = found;
      if (index - this.#at >= most) return undefined;
      const [character] = found;
      if (character === '"') this.#structural.lastIndex = this.#endOfString(index);
      else {
        depth += character === "{" || character === "[" ? 1 : -1;
        if (depth === 0) return index + 1;
      }
    }
    throw this.#unexpected();
  }

  #endOfString(start: number): number {
    for (let quote = this.#text.indexOf('"', start + 1); quote >= 0; quote = this.#text.indexOf('"', quote + 1)) {
      let escapes = 0;
      while (this.#text[quote - 1 - escapes] === "\\") escapes += 1;
      if (escapes % 2 === 0) return quote + 1;
    }
    throw this.#unexpected();
  }

  #unexpected(): SyntaxError {
    const { length } = this.#text;
    return new SyntaxError(`the JSON of ${String(length)} characters breaks at ${String(this.#at)}`);
  }
}
