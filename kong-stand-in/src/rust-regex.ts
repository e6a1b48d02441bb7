import { RRegex } from "rregex";

/** A pattern that Rust's `regex` crate refuses; the message is the crate's. */
export class RustRegexError extends Error {}

/** A compiled regular expression. */
export type RustRegex = {
  readonly test: (text: string) => boolean;
  /** The part of the text that matches; undefined if none does. */
  readonly find: (text: string) => string | undefined;
};

/**
 * Compiles a regular expression by Rust's `regex` crate, the engine in which Kong's router matches paths and headers.
 * @throws RustRegexError if the crate refuses it, for example look-around and back-references.
 */
export function rustRegex(pattern: string): RustRegex {
  compiled(pattern);
  return {
    test: (text) => compiled(pattern).isMatch(text),
    find: (text) => compiled(pattern).find(text)?.value,
  };
}

/** A compiled one takes some 10 kB outside of JavaScript's heap, so only those that were used last are kept. */
const KEPT = 512;
const cache = new Map<string, RRegex>();

function compiled(pattern: string): RRegex {
  const known = cache.get(pattern);
  const regex = known ?? compile(pattern);
  cache.delete(pattern);
  cache.set(pattern, regex);
  if (cache.size > KEPT) {
    const [oldest, unused] = cache.entries().next().value!;
    cache.delete(oldest);
    unused.free();
  }
  return regex;
}

function compile(pattern: string): RRegex {
  try {
    return new RRegex(pattern);
  } catch (error) {
    throw new RustRegexError((error as Error).message, { cause: error });
  }
}
