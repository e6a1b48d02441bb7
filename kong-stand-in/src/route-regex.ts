import { rustRegex, RustRegexError, type RustRegex } from "./rust-regex.ts";

/**
 * The regular expression of a route's path, which is what follows the `~`: Kong anchors it by a leading `^` (so only
 * the first of several alternatives is anchored), and its named groups may be written `(?<name>`.
 * @throws RustRegexError if Kong's router refuses it.
 */
export function pathRegex(regex: string): RustRegex {
  return rustRegex(`^${regex.replaceAll("?<", "?P<")}`);
}

/** Why a regular expression is refused, in the words of Rust's engine; undefined if it is not. */
export function regexFault(compile: () => RustRegex): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (error instanceof RustRegexError) return error.message;
    throw error;
  }
}
