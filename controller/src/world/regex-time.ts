import { everyLetter, lettersReader, literalOf } from "./regex-letters.ts";
import type { Letters } from "./regex-letters.ts";
import { counted, isBoundary, regexTokens } from "./regex-tokens.ts";

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

/** What may be left out is looked at together with whatever else may be: the square of it, divided by so much. */
const skipsForUnit = 430;

/** The slowest regular expression that is taken: a host of nothing else has one. */
export const mostRegexTime = 1_000;

/** A piece of an expression, while it is read. */
interface Part {
  /** Places at which more than one letter may stand, or at which it goes on in more than one way. */
  wide: number;
  /** How much of that has to be remembered, as it comes after something endless. */
  remembered: number;
  /** Places that may be left out. */
  skips: number;
  /** Letters of it, each repeated as often as it is. */
  size: number;
  /** The letters, and the signs that stand for none: all that a request may be at. */
  pieces: number;
  /** How many of the pieces come after something endless: each of these may be what is next. */
  following: number;
  /** What a letter of it may be. */
  alphabet: Letters;
  /** Whether something in it is endless, and what a letter of that may be. */
  endless: boolean;
  goesOn: Letters;
  /** Whether it asks for the boundary of a word: of Unicode's words, for which Rust's regex makes no states. */
  bounds: boolean;
}

const nothing = (): Part => ({
  ...{
    wide: 0,
    remembered: 0,
    skips: 0,
    size: 0,
    pieces: 0,
    following: 0,
    alphabet: 0n,
    endless: false,
    goesOn: 0n,
    bounds: false,
  },
});

/**
 * How long a request may be matched with the expression, never much less than it will be; `weight` is that of
 * {@link regexWeight}. Linear in its length.
 */
export function regexTime(expression: string, weight: number): number {
  const { bounds, endless, following, pieces, remembered, size, skips } = read(expression);
  const most = times.eachByte + times.eachStatePerWeight * weight;
  const doublings = (things: number): number => 2 ** Math.min(40, Math.max(0, Math.ceil(things) - fewToRemember));
  const remembering = (things: number): number => Math.min(times.endless * doublings(things), most);
  // What ends is matched with no more of a request than it is long: of `(a|ab){9}` it has to be known where each of the nine ended.
  const part = Math.min(1, size / longestRequest);
  const ended = Math.max((skips * skips) / skipsForUnit, remembering(skips) * part);
  const looking = times.eachPiece * pieces;
  const all = Math.round(Math.max(ended, bounds ? looking * (endless ? 1 : part) : 0));
  if (!endless) return all;
  // Of `.*a{500}` each of the letters may be the one that is next, after as many as there were.
  const next = following * following;
  const states = Math.min((next * doublings(remembered)) / nextForUnit, most);
  const tooMany = next * 2 ** Math.ceil(remembered) > mostNext;
  return Math.ceil(all + Math.max(remembering(remembered), states, tooMany ? looking : 0));
}

function read(expression: string): Part {
  const groups: Part[] = [];
  let whole = nothing();
  /** Alternatives that have ended, of the whole expression, and the most that was to remember and to follow in this one. */
  let before = nothing();
  let most = { remembered: 0, following: 0 };
  let last: Part | undefined;
  let letter = "";
  let from = 0;
  /** Brackets that are open, from there. */
  let brackets = 0;
  const lettersOf = lettersReader();
  const flush = (): void => {
    if (last !== undefined) append(whole, last);
    // What is endless has ended where a letter comes that it can't have: nothing before that has to be remembered.
    const ends = last !== undefined && letter !== "" && groups.length === 0 && last.skips === 0 && !last.endless;
    if (ends && whole.endless && (whole.goesOn & lettersOf(letter)) === 0n) {
      most = mostOf(most, whole);
      whole = { ...whole, remembered: 0, following: 0, endless: false, goesOn: 0n };
      before.endless = true;
    }
    last = undefined;
    letter = "";
  };
  const begin = (part: Partial<Part>, itself = ""): void => {
    flush();
    last = { ...nothing(), ...part };
    letter = itself;
  };
  for (const { 0: token, index } of expression.matchAll(regexTokens)) {
    const opens = token.startsWith("[") && !token.startsWith("[:");
    if (brackets > 0) {
      brackets += opens ? 1 : token === "]" ? -1 : 0;
      if (brackets === 0)
        begin({ wide: 1, size: 1, pieces: 1, alphabet: lettersOf(expression.slice(from, index + 1)) });
    } else if (opens) [from, brackets] = [index, 1];
    else if (token.startsWith("(")) {
      flush();
      if (token.endsWith(")")) continue;
      groups.push(whole);
      whole = { ...nothing(), pieces: 1 };
    } else if (token === ")") {
      flush();
      const group = whole;
      whole = groups.pop() ?? nothing();
      last = group;
    } else if (token === "|") {
      flush();
      if (groups.length > 0)
        whole = { ...whole, wide: whole.wide + 1, skips: whole.skips + 1, pieces: whole.pieces + 1 };
      else {
        before = joined(before, whole, most);
        // Kong anchors the first alternative alone: anything may stand before the others.
        whole = { ...nothing(), endless: true, goesOn: everyLetter };
        most = nothing();
      }
    } else if (token === "^" || token === "$") flush();
    else if (token === "*" || token === "+") last = last && repeated(last, 1, token === "*", true);
    else if (token === "?") last = last && repeated(last, 1, true, false);
    else {
      const count = counted(token);
      if (count !== undefined) last = last && repeated(last, count.times, count.varies, count.endless);
      else {
        const bounds = isBoundary(token);
        const wide = isWide(token) ? 1 : 0;
        begin({ wide, size: 1, pieces: 1, alphabet: lettersOf(token), bounds }, bounds ? "" : literalOf(token));
      }
    }
  }
  flush();
  // A class without end: what of it is one for Kong is not known.
  if (brackets > 0) append(whole, { ...nothing(), endless: true, remembered: Infinity });
  while (groups.length > 0) {
    const group = whole;
    whole = groups.pop() ?? nothing();
    append(whole, group);
  }
  return joined(before, whole, most);
}

/** Puts a part behind the others. */
function append(all: Part, part: Part): void {
  all.remembered += all.endless ? Math.max(part.wide, part.remembered) : part.remembered;
  all.wide += part.wide;
  all.skips += part.skips;
  all.size += part.size;
  all.pieces += part.pieces;
  all.following += all.endless ? part.pieces : part.following;
  all.bounds ||= part.bounds;
  all.endless ||= part.endless;
  all.alphabet |= part.alphabet;
  all.goesOn |= part.goesOn;
}

/** What has to be remembered, and what follows something endless. */
type Following = Pick<Part, "remembered" | "following">;

function mostOf(one: Following, other: Following): Following {
  return {
    remembered: Math.max(one.remembered, other.remembered),
    following: Math.max(one.following, other.following),
  };
}

function joined(before: Part, whole: Part, most: Following): Part {
  const all = nothing();
  append(all, before);
  all.endless = false;
  append(all, { ...whole, ...mostOf(most, whole) });
  return { ...all, endless: before.endless || whole.endless };
}

function repeated(part: Part, times: number, varies: boolean, endless: boolean): Part {
  const wide = (part.wide + (varies ? 1 : 0)) * times;
  const pieces = (part.pieces + (varies ? 1 : 0)) * times;
  const remembers = endless ? part.wide + Math.log2(Math.max(1, part.size)) : part.remembered;
  const again = part.endless && times > 1;
  return {
    wide,
    remembered: again ? wide : remembers * times,
    skips: (part.skips + (varies ? 1 : 0)) * times,
    size: part.size * times,
    pieces,
    following: again || endless ? pieces : part.following * times,
    alphabet: part.alphabet,
    endless: part.endless || endless,
    goesOn: endless ? part.alphabet : part.goesOn,
    bounds: part.bounds,
  };
}

/** True of what stands for more than one letter; `[:ab:]` is a class as any other where it does not stand in one. */
function isWide(token: string): boolean {
  return token === "." || /^(?:\\[dDwWsSpP]|\[:)/.test(token);
}
