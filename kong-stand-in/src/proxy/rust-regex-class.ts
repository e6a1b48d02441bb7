import { RustRegexError, type Cursor } from "./rust-regex-cursor.ts";

/** The flags that matter inside a class. */
export type ClassFlags = { caseInsensitive: boolean; unicode: boolean };

/**
 * Reads a bracketed class of Rust's `regex` crate, whose `[` has been read: ranges, negation, nesting, `[:alpha:]`,
 * intersection `&&`, difference `--`, symmetric difference `~~`. Returns it in JavaScript's syntax (flag v).
 */
export function translateClass(cursor: Cursor, flags: ClassFlags): string {
  const negated = cursor.take("^");
  let items: string[] = [];
  let whole: string | undefined;
  let operator: string | undefined;
  while (cursor.take("-")) items.push(literal("-"));
  if (items.length === 0 && cursor.take("]")) items.push(literal("]"));
  for (;;) {
    if (cursor.take("]")) {
      whole = combined(whole, operator, items);
      return negated ? `[^${whole}]` : whole;
    }
    const next = cursor.takeOneOf(["&&", "--", "~~"]);
    if (next === undefined) items.push(item(cursor, flags));
    else {
      whole = combined(whole, operator, items);
      operator = next;
      items = [];
    }
  }
}

/** Reads an escape that stands for a set (`\d`, `\p{Greek}`); undefined if it is none. The backslash has been read. */
export function translateClassEscape(cursor: Cursor, flags: ClassFlags): string | undefined {
  const letter = cursor.takeOneOf(["d", "D", "s", "S", "w", "W", "p", "P"]);
  if (letter === undefined) return undefined;
  if (letter === "p" || letter === "P") return property(cursor, letter === "P");
  const sets = flags.unicode ? UNICODE_SETS : ASCII_SETS;
  const set = sets[letter.toLowerCase()];
  return letter === letter.toLowerCase() ? `[${set}]` : `[^${set}]`;
}

const UNICODE_SETS: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  s: "\\p{White_Space}",
  w: "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}",
};
const ASCII_SETS: Readonly<Record<string, string>> = { d: "0-9", s: "\\t\\n\\v\\f\\r ", w: "0-9A-Z_a-z" };

const POSIX_SETS: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Z_a-z",
  xdigit: "0-9A-Fa-f",
};

function item(cursor: Cursor, flags: ClassFlags): string {
  const posix = cursor.takeOneOf(POSIX_NAMES);
  if (posix !== undefined) {
    const name = posix.replaceAll(/[^a-z]/g, "");
    return posix.includes("^") ? `[^${POSIX_SETS[name]}]` : `[${POSIX_SETS[name]}]`;
  }
  if (cursor.take("[")) return translateClass(cursor, flags);
  const first = cursor.next();
  if (first === "\\") {
    const set = translateClassEscape(cursor, flags);
    if (set !== undefined) return set;
  }
  const from = first === "\\" ? cursor.escapedCharacter() : first;
  return range(cursor, from);
}

const POSIX_NAMES = Object.keys(POSIX_SETS).flatMap((name) => [`[:${name}:]`, `[:^${name}:]`]);

/** A `-` makes a range unless the class ends behind it or another `-` follows. */
function range(cursor: Cursor, from: string): string {
  if (!cursor.take("-")) return literal(from);
  if (cursor.take("]")) {
    cursor.back();
    return literal(from) + literal("-");
  }
  if (cursor.take("-")) {
    cursor.back();
    cursor.back();
    return literal(from);
  }
  const last = cursor.next();
  const to = last === "\\" ? cursor.escapedCharacter() : last;
  if (from.codePointAt(0)! > to.codePointAt(0)!) throw new RustRegexError("invalid character class range");
  return `${literal(from)}-${literal(to)}`;
}

function combined(left: string | undefined, operator: string | undefined, items: readonly string[]): string {
  const right = `[${items.join("")}]`;
  if (left === undefined) return right;
  if (operator === "~~") return `[[${left}--${right}][${right}--${left}]]`;
  return `[${left}${operator}${right}]`;
}

/** Rust takes a general category or a script by its bare name, in any case. */
function property(cursor: Cursor, upperCaseP: boolean): string {
  let name = cursor.next();
  if (name === "{") {
    name = "";
    while (cursor.peek() !== "}") name += cursor.next();
    cursor.next();
  }
  const negated = upperCaseP !== name.startsWith("^");
  const wanted = name.replace(/^\^/, "").replaceAll(/[\s-]/g, "");
  for (const spelling of [wanted, capitalised(wanted)]) {
    for (const candidate of [spelling, `Script=${spelling}`]) {
      const source = `\\${negated ? "P" : "p"}{${candidate}}`;
      if (isKnown(source)) return source;
    }
  }
  throw new RustRegexError("Unicode property not found");
}

function capitalised(name: string): string {
  return name.replaceAll(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}

function isKnown(source: string): boolean {
  try {
    return new RegExp(source, "v").source !== "";
  } catch {
    return false;
  }
}

function literal(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
