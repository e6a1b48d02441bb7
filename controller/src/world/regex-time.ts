import { regexPart } from "./regex-parts.ts";

/**
 * How long Kong may take to match one request with a regular expression, in units of 25 µs: then a path counts as one, and the
 * thousand paths that a host has at most come to 25 ms for the longest request that nginx takes (8 KiB). Meanwhile that worker
 * of Kong serves nobody. Measured with Kong 3.9.1 (docs/decisions/2026-11-29-regular-expressions.md).
 *
 * Rust's regex makes states as a request needs them. One for each byte, at 3.5 µs, is what an expression comes to that has to
 * remember much of what it has seen: `[ab]*a[ab]{18}` has to know of each of the last 18 letters whether it was an a.
 */
const times = {
  /** A request is looked at to its end. */
  endless: 4,
  /** For each byte a new state, and so much more for all that a state consists of. */
  eachByte: 1_200,
  eachStatePerWeight: 5,
  /** For each byte each piece of the expression is looked at, at 9 ns, where no states are made. */
  eachPiece: 3,
} as const;

/** So many things to remember, each of which doubles the states, cost nothing: the states are few, and made once. */
const fewToRemember = 6;

/** Letters of the longest request. */
const longestRequest = 8_192;

/**
 * Making a state takes 10 ns for each piece that may be next in it. After something endless there is a state for each piece, and in each
 * of them all that stand before it may be next: the square of them, divided by so much.
 */
const nextForUnit = 2_500;

/** Rust's regex keeps 2 MiB of states, of which each takes a byte for each piece that may be next; where that is too little it makes none. */
const mostNext = 2 ** 21;

/** To look at a piece takes twice as long where so many groups are captured: where each of them is, is noted with it. */
const capturesForDouble = 30;

/** What may be left out is looked at together with whatever else may be: the square of it, divided by so much. */
const skipsForUnit = 430;

/** The slowest regular expression that is taken: a host of nothing else has one. */
export const mostRegexTime = 1_000;

/**
 * How long a request may be matched with the expression, never much less than it will be; `weight` is that of
 * {@link regexWeight}. Linear in its length.
 */
export function regexTime(expression: string, weight: number): number {
  const { bounds, captures, endless, following, pieces, remembered, size, skips } = regexPart(expression);
  const most = times.eachByte + times.eachStatePerWeight * weight;
  const doublings = (things: number): number => 2 ** Math.min(40, Math.max(0, Math.ceil(things) - fewToRemember));
  const remembering = (things: number): number => Math.min(times.endless * doublings(things), most);
  // What ends is matched with no more of a request than it is long: of `(a|ab){9}` it has to be known where each of the nine ended.
  const part = Math.min(1, size / longestRequest);
  const ended = Math.max((skips * skips) / skipsForUnit, remembering(skips) * part);
  const looking = times.eachPiece * pieces;
  // The one route that is taken is matched once more, for what is captured: that adds nothing to what the others take.
  const capturing = captures === 0 ? 0 : looking * (endless ? 1 : part) * (1 + captures / capturesForDouble);
  if (capturing > mostRegexTime) return Math.ceil(capturing);
  const all = Math.round(Math.max(ended, bounds ? looking * (endless ? 1 : part) : 0));
  if (!endless) return all;
  // Of `.*a{500}` each of the letters may be the one that is next, after as many as there were.
  const next = following * following;
  const states = Math.min((next * doublings(remembered)) / nextForUnit, most);
  const tooMany = next * 2 ** Math.ceil(remembered) > mostNext;
  return Math.ceil(all + Math.max(remembering(remembered), states, tooMany ? looking : 0));
}
