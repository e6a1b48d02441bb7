/**
 * Why PCRE2 refuses the pattern, in its words; undefined if it compiles. Not a full parser: it knows groups, classes,
 * escapes and quantifiers, which is where patterns written by people go wrong
 * (https://www.pcre.org/current/doc/html/pcre2pattern.html).
 */
export function pcreFault(pattern: string): string | undefined {
  const scan: Scan = { pattern, at: 0, depth: 0, groups: 0, references: [], repeatable: false };
  while (scan.at < pattern.length) {
    const fault = step(scan);
    if (fault !== undefined) return fault;
  }
  if (scan.depth > 0) return at(scan, "missing closing parenthesis");
  const dangling = scan.references.find((number) => number > scan.groups);
  return dangling === undefined ? undefined : at(scan, "reference to non-existent subpattern");
}

type Scan = {
  readonly pattern: string;
  at: number;
  depth: number;
  groups: number;
  readonly references: number[];
  repeatable: boolean;
};

const POSIX = "alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit".split(" ");

function step(scan: Scan): string | undefined {
  const character = scan.pattern[scan.at++];
  const repeatable = scan.repeatable;
  scan.repeatable = true;
  switch (character) {
    case "\\":
      return escape(scan, false);
    case "[":
      return characterClass(scan);
    case "(":
      scan.repeatable = false;
      return group(scan);
    case ")":
      if (scan.depth-- > 0) return undefined;
      scan.at--;
      return at(scan, "unmatched closing parenthesis");
    case "|":
    case "^":
      scan.repeatable = false;
      return undefined;
    case "*":
    case "+":
    case "?":
      return repeatable ? afterQuantifier(scan) : at(scan, "quantifier does not follow a repeatable item");
    case "{":
      return quantifier(scan, repeatable);
    default:
      return undefined;
  }
}

function quantifier(scan: Scan, repeatable: boolean): string | undefined {
  const match = /^(\d+)(?:,(\d*))?\}/.exec(scan.pattern.slice(scan.at));
  if (match === null) return undefined;
  const [, low, high] = match;
  if (Number(low) > 65535 || Number(high) > 65535) {
    scan.at += match[0].length - 1;
    return at(scan, "number too big in {} quantifier");
  }
  scan.at += match[0].length;
  if (high && Number(high) < Number(low)) return at(scan, "numbers out of order in {} quantifier");
  return repeatable ? afterQuantifier(scan) : at(scan, "quantifier does not follow a repeatable item");
}

/** A quantifier may be lazy or possessive, and can't be repeated itself. */
function afterQuantifier(scan: Scan): undefined {
  scan.repeatable = false;
  if (/[+?]/.test(scan.pattern[scan.at] ?? "")) scan.at++;
  return undefined;
}

function group(scan: Scan): string | undefined {
  scan.depth++;
  const rest = scan.pattern.slice(scan.at);
  if (!rest.startsWith("?")) {
    if (!/^\*[A-Za-z]/.test(rest)) scan.groups++;
    else scan.at += rest.indexOf(")");
    return undefined;
  }
  const named = /^\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest);
  const plain = /^\?(?:[:|>=!]|<[=!]|#[^)]*|P[=>]\w+|&\w+|R|[+-]?\d+|[imsxnUJ^-]*:|\((?:[^)]*)\))/.exec(rest);
  const flags = /^\?[imsxnUJ^-]*(?=\))/.exec(rest);
  const match = named ?? flags ?? plain;
  if (match === null) {
    scan.at += 2;
    return at(scan, "unrecognized character after (? or (?-");
  }
  if (named !== null) scan.groups++;
  if (flags !== null) scan.depth--;
  scan.at += match[0].length + (flags === null ? 0 : 1);
  return undefined;
}

/** The rest of an escape, after its backslash. */
function escape(scan: Scan, inClass: boolean): string | undefined {
  const rest = scan.pattern.slice(scan.at);
  if (rest === "") return at(scan, "\\ at end of pattern");
  if (rest.startsWith("Q")) {
    const end = rest.indexOf("\\E");
    scan.at += end < 0 ? rest.length : end + 2;
    return undefined;
  }
  const reference = /^[1-9]\d*/.exec(rest);
  if (reference !== null && !inClass) {
    scan.at += reference[0].length;
    if (Number(reference[0]) < 10) scan.references.push(Number(reference[0]));
    return undefined;
  }
  if (/^[LlUuF]/.test(rest)) {
    scan.at++;
    return at(scan, "PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u");
  }
  const long =
    /^(?:[pP](?:\{\^?\w+\}|\w)|x\{[0-9a-fA-F]+\}|o\{[0-7]+\}|[gk](?:\{[^}]+\}|<[^>]+>|'[^']+'|-?\d+)|c.)/.exec(rest);
  if (long === null && /^[A-Za-z]/.test(rest) && !/^[aefnrtdDhHsSvVwWNRXCbBAzZGKEx]/.test(rest)) {
    return at(scan, "unrecognized character follows \\");
  }
  scan.at += long?.[0].length ?? 1;
  return undefined;
}

/** A class in brackets, after its opening one. */
function characterClass(scan: Scan): string | undefined {
  const { pattern } = scan;
  if (pattern[scan.at] === "^") scan.at++;
  let previous: string | undefined;
  for (let first = true; scan.at < pattern.length; first = false) {
    const posix = /^\[:\^?(\w*):\]/.exec(pattern.slice(scan.at));
    if (posix !== null) {
      if (!POSIX.includes(posix[1]!)) return at(scan, "unknown POSIX class name");
      scan.at += posix[0].length;
      previous = undefined;
      continue;
    }
    const character = pattern[scan.at++]!;
    if (character === "]" && !first) return undefined;
    if (character === "-" && previous !== undefined && (pattern[scan.at] ?? "]") !== "]") {
      const end = pattern[scan.at]!;
      if (end !== "\\" && end !== "[" && end < previous) return at(scan, "range out of order in character class");
      if (end !== "\\" && end !== "[") scan.at++;
      previous = undefined;
    } else if (character === "\\") {
      const fault = escape(scan, true);
      if (fault !== undefined) return fault;
      previous = undefined;
    } else previous = character;
  }
  return at(scan, "missing terminating ] for character class");
}

function at({ pattern, at: offset }: Scan, message: string): string {
  const rest = pattern.slice(offset);
  return `${message} in "${pattern}"${rest === "" ? "" : ` at "${rest}"`}`;
}
