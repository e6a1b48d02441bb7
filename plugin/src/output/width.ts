import { eastAsianWidth } from "get-east-asian-width";

/** The places that text takes in a terminal: two for a wide character, none for a mark. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return Array.from(text).reduce(
    (sum, one) => sum + (marks.test(one) ? 0 : eastAsianWidth(one.codePointAt(0) ?? 0)),
    0,
  );
}

/** What stands on the character before it, or is not seen at all. */
const marks = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
