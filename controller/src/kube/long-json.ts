import { JSONParser } from "@streamparser/json";
import type { Pieces } from "../world/pieces.ts";

/** Bytes that are parsed at once. */
const piece = 16_384;

/**
 * What JSON.parse makes of the text, in pieces of some ten thousand bytes: an object of the API server may have megabytes,
 * which to parse keeps the event loop busy for a tenth of a second. Throws where the text is no JSON; the error may show some of it.
 */
export function* parsedInPieces(text: string): Pieces<unknown> {
  if (text.length <= piece) return JSON.parse(text) as unknown;
  // Bytes, as a character of two code units must not be cut.
  const bytes = Buffer.from(text);
  const parser = new JSONParser({ paths: ["$"], keepStack: false });
  let whole: unknown;
  parser.onValue = ({ value }) => {
    whole = value;
  };
  for (let at = 0; at < bytes.length; at += piece) {
    if (at > 0) yield;
    parser.write(bytes.subarray(at, at + piece));
  }
  if (!parser.isEnded) parser.end();
  return whole;
}
