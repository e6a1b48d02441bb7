import { translateClass, translateClassEscape, type ClassFlags } from "./rust-regex-class.ts";
import { Cursor, RustRegexError } from "./rust-regex-cursor.ts";

export { RustRegexError } from "./rust-regex-cursor.ts";

/**
 * Compiles a regular expression in the syntax of Rust's `regex` crate (docs.rs/regex/1.10, section "Syntax"), the
 * one in which Kong's router matches paths and headers. Groups do not capture: only the whole match is of use here.
 * @throws RustRegexError if the crate would refuse it, for example look-around and back-references.
 */
export function rustRegex(pattern: string): RegExp {
  const cursor = new Cursor(pattern);
  const source = alternation(cursor, { ...DEFAULTS });
  if (!cursor.ended) throw new RustRegexError("unopened group");
  try {
    return new RegExp(source, "v");
  } catch (cause) {
    throw new RustRegexError(`no such expression here: ${(cause as Error).message}`);
  }
}

type Flags = ClassFlags & {
  multiLine: boolean;
  dotMatchesNewLine: boolean;
  swapGreed: boolean;
  ignoreWhitespace: boolean;
};

const DEFAULTS: Flags = {
  caseInsensitive: false,
  unicode: true,
  multiLine: false,
  dotMatchesNewLine: false,
  swapGreed: false,
  ignoreWhitespace: false,
};

/** Reads until the end of the group. Flags set in it hold until its end, over its alternatives. */
function alternation(cursor: Cursor, flags: Flags): string {
  let source = "";
  let atStart = true;
  for (;;) {
    if (flags.ignoreWhitespace) cursor.skipWhitespaceAndComments();
    if (cursor.ended || cursor.peek() === ")") return source;
    if (cursor.take("|")) {
      source += "|";
      atStart = true;
      continue;
    }
    const piece = atom(cursor, flags, atStart);
    if (piece === undefined) continue;
    source += repeated(cursor, flags, piece);
    atStart = false;
  }
}

function atom(cursor: Cursor, flags: Flags, atStart: boolean): string | undefined {
  const character = cursor.next();
  switch (character) {
    case "(":
      return group(cursor, flags);
    case "[":
      return withCase(translateClass(cursor, flags), flags);
    case ".":
      return flags.dotMatchesNewLine ? "[^]" : "[^\\n]";
    case "^":
      return flags.multiLine ? "(?<![^\\n])" : "(?:^)";
    case "$":
      return flags.multiLine ? "(?![^\\n])" : "(?:$)";
    case "\\":
      return escape(cursor, flags);
    case "*":
    case "+":
    case "?":
      if (atStart) throw new RustRegexError("repetition operator missing expression");
      throw new RustRegexError(`unexpected ${character}`);
    case "{":
      throw new RustRegexError("repetition operator missing expression");
    default:
      return literal(character, flags);
  }
}

/** A group, or undefined for one that only sets flags, such as `(?i)`. */
function group(cursor: Cursor, flags: Flags): string | undefined {
  for (const look of ["?=", "?!", "?<=", "?<!"]) {
    if (cursor.take(look)) throw new RustRegexError("look-around is not supported");
  }
  let inner = { ...flags };
  if (cursor.take("?P<") || cursor.take("?<")) cursor.groupName();
  else if (cursor.take("?")) {
    inner = flagsOf(cursor, flags);
    if (cursor.take(")")) {
      Object.assign(flags, inner);
      return undefined;
    }
    cursor.expect(":");
  }
  const source = alternation(cursor, inner);
  cursor.expect(")");
  return `(?:${source})`;
}

const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  i: "caseInsensitive",
  m: "multiLine",
  s: "dotMatchesNewLine",
  U: "swapGreed",
  u: "unicode",
  x: "ignoreWhitespace",
};

function flagsOf(cursor: Cursor, flags: Flags): Flags {
  const changed = { ...flags };
  let value = true;
  let count = 0;
  while (cursor.peek() !== ")" && cursor.peek() !== ":") {
    const letter = cursor.next();
    if (letter === "-" && value) value = false;
    else if (letter !== "R") {
      const name = FLAG_NAMES[letter];
      if (name === undefined) throw new RustRegexError("unrecognized flag");
      changed[name] = value;
    }
    count++;
  }
  if (count === 0 && cursor.peek() === ")") throw new RustRegexError("repetition operator missing expression");
  return changed;
}

function escape(cursor: Cursor, flags: Flags): string {
  const look = cursor.takeOneOf(["b{start-half}", "b{end-half}", "b{start}", "b{end}", "b", "B", "<", ">", "A", "z"]);
  if (look !== undefined) return boundary(look, flags);
  const set = translateClassEscape(cursor, flags);
  return set === undefined ? literal(cursor.escapedCharacter(), flags) : withCase(set, flags);
}

function boundary(name: string, flags: Flags): string {
  const word = flags.unicode ? "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]" : "[0-9A-Z_a-z]";
  const start = `(?<!${word})(?=${word})`;
  const end = `(?<=${word})(?!${word})`;
  switch (name) {
    case "A":
      return "(?:^)";
    case "z":
      return "(?:$)";
    case "b":
      return `(?:${start}|${end})`;
    case "B":
      return `(?!${start}|${end})`;
    case "b{start-half}":
      return `(?<!${word})`;
    case "b{end-half}":
      return `(?!${word})`;
    case "<":
    case "b{start}":
      return `(?:${start})`;
    default:
      return `(?:${end})`;
  }
}

function literal(character: string, flags: Flags): string {
  return withCase(`\\u{${character.codePointAt(0)!.toString(16)}}`, flags);
}

function withCase(source: string, flags: Flags): string {
  return flags.caseInsensitive ? `(?i:${source})` : source;
}

/** Repetitions may follow each other: `a**` is `(a*)*`. */
function repeated(cursor: Cursor, flags: Flags, piece: string): string {
  let source = piece;
  for (;;) {
    if (flags.ignoreWhitespace) cursor.skipWhitespaceAndComments();
    const operator = cursor.takeOneOf(["*", "+", "?"]) ?? (cursor.take("{") ? counts(cursor) : undefined);
    if (operator === undefined) return source;
    const lazy = cursor.take("?") !== flags.swapGreed;
    source = `(?:${source})${operator}${lazy ? "?" : ""}`;
  }
}

function counts(cursor: Cursor): string {
  const from = cursor.digits();
  let to: string | undefined = from;
  if (cursor.take(",")) to = cursor.peek() === "}" ? undefined : cursor.digits();
  cursor.expect("}");
  if (to !== undefined && Number(to) < Number(from)) throw new RustRegexError("invalid repetition count range");
  return to === from ? `{${from}}` : `{${from},${to ?? ""}}`;
}
