import { eastAsianWidth } from "get-east-asian-width";

/** The places that text takes in a terminal: two for a wide character, none for a mark; colours not counted. */
export function width(text: string): number {
  const shown = text.replace(/\x1b\[\d+m/g, "");
  if (/^[\x20-\x7e]*$/.test(shown)) return shown.length;
  return Array.from(shown).reduce(
    (sum, one) => sum + (marks.test(one) ? 0 : eastAsianWidth(one.codePointAt(0) ?? 0)),
    0,
  );
}

/** What stands on the character before it, or is not seen at all. */
const marks = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
