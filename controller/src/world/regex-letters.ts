/** ASCII letters, digits and signs, each a bit. */
export type Letters = bigint;

/** All of them. */
export const everyLetter: Letters = (1n << 128n) - 1n;

/** So many different classes of an expression are looked at: each takes some microseconds. */
const mostClasses = 16;

/** Tells which letters a token of a regular expression, or a class, may stand for, in either case; all where that is not known. */
export function lettersReader(): (token: string) => Letters {
  const known = new Map<string, Letters>();
  return (token) => {
    const literal = literalOf(token);
    if (literal !== "") return bitOf(literal.toLowerCase()) | bitOf(literal.toUpperCase());
    // Of what is not ASCII two are one of its letters in another case: the long s, and the sign for Kelvin.
    if (/^[^\x00-\x7f\u017f\u212a]$/u.test(token)) return 0n;
    const before = known.get(token);
    if (before !== undefined) return before;
    const letters = known.size < mostClasses ? lettersOfClass(token) : everyLetter;
    known.set(token, letters);
    return letters;
  };
}

/** The letter that the token is, if it is an ASCII one; else empty. */
export function literalOf(token: string): string {
  const letter = /^\\[^a-zA-Z0-9]$/.test(token) ? token.slice(1) : token;
  return /^[ -~]$/.test(letter) && token !== "." ? letter : "";
}

function bitOf(letter: string): Letters {
  return 1n << BigInt(letter.charCodeAt(0));
}

function lettersOfClass(text: string): Letters {
  const patterns = inJavaScript(text);
  if (patterns === undefined) return everyLetter;
  let letters = 0n;
  for (let code = 0; code < 128; code += 1) {
    const letter = String.fromCharCode(code);
    if (patterns.some((pattern) => pattern.test(letter))) letters |= bitOf(letter);
  }
  return letters;
}

/**
 * The class as JavaScript has it, which for ASCII is as Rust does; undefined where the two may differ. As it stands and in either case,
 * since that is not the same: `[^a]` is an A only where case counts.
 */
function inJavaScript(text: string): readonly RegExp[] | undefined {
  if (/^\[.*(?:\[|&&|--|~~)/s.test(text) || /\\[^dDwWsS\W]/.test(text)) return undefined;
  try {
    return ["su", "isu"].map((flags) => new RegExp(text, flags));
  } catch {
    return undefined;
  }
}
