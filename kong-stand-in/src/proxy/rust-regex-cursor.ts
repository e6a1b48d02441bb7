/** A pattern that Rust's `regex` crate would refuse; the message says why. */
export class RustRegexError extends Error {}

/** Reads a pattern of Rust's `regex` crate character by character. */
export class Cursor {
  #characters: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  get ended(): boolean {
    return this.#at >= this.#characters.length;
  }

  peek(): string | undefined {
    return this.#characters[this.#at];
  }

  next(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new RustRegexError("unexpected end of the pattern");
    return character;
  }

  /** Goes one character back. */
  back(): void {
    this.#at--;
  }

  /** Takes the text if it stands next. */
  take(text: string): boolean {
    const found = this.#characters.slice(this.#at, this.#at + text.length).join("") === text;
    if (found) this.#at += text.length;
    return found;
  }

  /** Takes the first of the texts that stands next. */
  takeOneOf(texts: readonly string[]): string | undefined {
    return texts.find((text) => this.take(text));
  }

  expect(text: string): void {
    if (!this.take(text)) throw new RustRegexError(`expected ${text}`);
  }

  digits(): string {
    let digits = "";
    while (/^[0-9]$/.test(this.peek() ?? "")) digits += this.next();
    if (digits === "") throw new RustRegexError("repetition quantifier expects a valid decimal");
    return digits;
  }

  /** Reads a group's name and the `>` behind it. */
  groupName(): string {
    let name = "";
    while (this.peek() !== ">") name += this.next();
    this.next();
    if (!/^[\p{Alphabetic}_][\p{Alphabetic}\p{N}_.[\]]*$/u.test(name)) {
      throw new RustRegexError("invalid capture group name");
    }
    return name;
  }

  skipWhitespaceAndComments(): void {
    for (;;) {
      while (/^\p{White_Space}$/u.test(this.peek() ?? "")) this.next();
      if (!this.take("#")) return;
      while (!this.ended && this.next() !== "\n");
    }
  }

  /** The one character that an escape stands for; the backslash has been read. */
  escapedCharacter(): string {
    const character = this.next();
    const control = CONTROLS[character];
    if (control !== undefined) return control;
    if (character === "x") return this.#hexadecimal(2);
    if (character === "u") return this.#hexadecimal(4);
    if (character === "U") return this.#hexadecimal(8);
    if (/^[0-9]$/.test(character)) throw new RustRegexError("backreferences are not supported");
    if (!/^[\x21-\x7e\s]$/.test(character) || /^[A-Za-z<>]$/.test(character)) {
      throw new RustRegexError("unrecognized escape sequence");
    }
    return character;
  }

  #hexadecimal(length: number): string {
    let digits = "";
    if (this.take("{")) {
      while (this.peek() !== "}") digits += this.next();
      this.next();
    } else while (digits.length < length) digits += this.next();
    const value = /^[0-9A-Fa-f]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (!(value <= 0x10ffff) || (value >= 0xd800 && value <= 0xdfff)) {
      throw new RustRegexError("hexadecimal literal is not a Unicode scalar value");
    }
    return String.fromCodePoint(value);
  }
}

const CONTROLS: Readonly<Record<string, string>> = {
  a: "\x07",
  f: "\f",
  t: "\t",
  n: "\n",
  r: "\r",
  v: "\v",
};
