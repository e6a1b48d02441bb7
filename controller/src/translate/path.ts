import { mostRegexTime } from "../world/regex-time.ts";
import { mostRegexWeight, regexCost } from "../world/regex-weight.ts";
import type { PathMatch } from "../world/source.ts";

/** Which paths a text means, or why it can't be served. */
export type PathResult =
  { readonly ok: true; readonly match: PathMatch } | { readonly ok: false; readonly message: string };

/** Most bytes of a regular expression: Kong compiles each of them, for the host that it belongs to and all others. */
const mostRegexBytes = 256;

/** The paths that a text means, in the form in which they are compared. Linear in its length. */
export function pathMatch(kind: PathMatch["kind"], text: string): PathResult {
  if (kind === "regex") return regexMatch(text);
  const never = neverMatches(kind, text);
  if (never !== undefined) return { ok: false, message: never };
  const normal = normalizePath(text);
  if (!normal.ok) return normal;
  const path = kind === "prefix" && normal.path.endsWith("/") ? normal.path.slice(0, -1) : normal.path;
  return { ok: true, match: { kind, path: path === "" ? "/" : path } };
}

/** What people write who expect something else of a path than it is; no request has such a path. */
function neverMatches(kind: PathMatch["kind"], text: string): string | undefined {
  if (/[?#]/.test(text)) return "a path ends before ? and #, so no request has it";
  if (text.endsWith("/*")) {
    const better = text.slice(0, -2) === "" ? "/" : text.slice(0, -2);
    return `an asterisk in a path stands for itself; pathType Prefix with the path ${better} matches everything below it`;
  }
  if (kind !== "start" && text.startsWith("/~") && /[\\^$|*+()[\]{}]/.test(text)) {
    return "a regular expression (/~) needs pathType ImplementationSpecific";
  }
  return undefined;
}

/** An expression is anchored at the start by Kong, and has to begin with the slash that every path begins with. */
function regexMatch(expression: string): PathResult {
  const match = { kind: "regex", path: expression } as const;
  const problem = regexProblem(match);
  return problem === undefined ? { ok: true, match } : { ok: false, message: problem };
}

function regexProblem(match: PathMatch): string | undefined {
  const expression = match.path;
  if (!expression.startsWith("/")) {
    return "the regular expression after /~ has to begin with a slash, as in /~/v[0-9]+";
  }
  if (Buffer.byteLength(expression) > mostRegexBytes) {
    return `a regular expression has at most ${String(mostRegexBytes)} bytes`;
  }
  const beyond = beyondRegular(expression);
  if (beyond !== undefined) return `Kong's regular expressions know no ${beyond}`;
  const { time, weight } = regexCost(match);
  if (weight > mostRegexWeight)
    return "Kong would need megabytes for this regular expression: repeat less, and write [0-9A-Za-z_] for \\w and [0-9] for \\d";
  if (time > mostRegexTime)
    return "a request may be matched with this regular expression for too long: let a letter that * or + can't take follow it, as in [^/]+/, put alternatives into parentheses, write (?:) where nothing is to be captured, do without \\b, or repeat less";
  return undefined;
}

/** What the expression has that can't be matched in linear time, and that Rust's regex therefore refuses. */
function beyondRegular(expression: string): "look-around" | "back-references" | undefined {
  let inClass = false;
  for (let i = 0; i < expression.length; i++) {
    const character = expression[i];
    if (character === "\\") {
      i += 1;
      if (!inClass && /[1-9gk]/.test(expression[i] ?? "")) return "back-references";
    } else if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (/^\((?:\?<?[=!])/.test(expression.slice(i, i + 4))) return "look-around";
  }
  return undefined;
}

/** Characters that mean something else when they are percent-encoded (RFC 3986, reserved; and the percent sign itself). */
const reserved = new Set("!#$%&'()*+,/:;=?@[]");

/**
 * The form in which Kong compares paths: characters that need no encoding are decoded, escapes of reserved ones are in
 * upper case, dot segments are resolved (RFC 3986, section 6.2.2). Empty segments are refused, as Kong refuses them.
 */
export function normalizePath(
  text: string,
): { readonly ok: true; readonly path: string } | { readonly ok: false; readonly message: string } {
  if (!text.startsWith("/")) return { ok: false, message: "a path begins with a slash" };
  if (text.includes("//")) return { ok: false, message: "a path has no empty segments (//)" };
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    return { ok: false, message: "a percent sign is followed by two hexadecimal digits" };
  const decoded = text.includes("%") ? text.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeRun) : text;
  if (decoded.includes("\uFFFD")) return { ok: false, message: "its percent-encoded bytes are not UTF-8" };
  if (decoded.includes("\0")) return { ok: false, message: "a path has no null character (%00)" };
  return { ok: true, path: resolveDots(decoded) };
}

/** Decodes a run of escapes as UTF-8, but for reserved characters. */
function decodeRun(run: string): string {
  let out = "";
  let bytes = "";
  const flush = (): void => {
    // What is no UTF-8 becomes U+FFFD; to have hundreds of such runs of a path thrown takes milliseconds.
    out += Buffer.from(bytes, "hex").toString("utf8");
    bytes = "";
  };
  for (const escape of run.toUpperCase().match(/%../g) ?? []) {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (reserved.has(character)) {
      flush();
      out += escape;
    } else bytes += escape.slice(1);
  }
  flush();
  return out;
}

function resolveDots(path: string): string {
  if (!path.includes("/.")) return path;
  const out: string[] = [];
  const segments = path.slice(1).split("/");
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === "..") out.pop();
    if (segment === "." || segment === "..") {
      if (last) out.push("");
    } else out.push(segment);
  }
  return `/${out.join("/")}`;
}
