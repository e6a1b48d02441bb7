import { everyLetter, lettersReader, literalOf } from "./regex-letters.ts";
import type { Letters } from "./regex-letters.ts";
import { counted, isBoundary, isCapture, regexTokens } from "./regex-tokens.ts";

/** A piece of a regular expression, or all of it, and what in it makes a match take its time. */
export interface RegexPart {
  /** Places at which more than one letter may stand, or at which it goes on in more than one way. */
  wide: number;
  /**
   * What tells one way through it from all others, in bits: of three words there are no more to remember than of which it was. Of those
   * alternatives that have ended so far it is the number of ways.
   */
  ways: number;
  ended: number;
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
  /** Groups that are captured. */
  captures: number;
  /** Whether it asks for the boundary of a word: of Unicode's words, for which Rust's regex makes no states. */
  bounds: boolean;
}

const nothing = (): RegexPart => ({
  wide: 0,
  ways: 0,
  ended: 0,
  remembered: 0,
  skips: 0,
  size: 0,
  pieces: 0,
  following: 0,
  alphabet: 0n,
  endless: false,
  goesOn: 0n,
  captures: 0,
  bounds: false,
});

/** Reads a regular expression that Kong anchors at its beginning; of what is none, something is said as well. Linear in its length. */
export function regexPart(expression: string): RegexPart {
  const groups: RegexPart[] = [];
  let whole = nothing();
  /** Alternatives that have ended, of the whole expression, and the most that was to remember and to follow in this one. */
  let before = nothing();
  let most = { remembered: 0, following: 0 };
  let last: RegexPart | undefined;
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
  const begin = (part: Partial<RegexPart>, itself = ""): void => {
    flush();
    last = { ...nothing(), ...part };
    letter = itself;
  };
  for (const { 0: token, index } of expression.matchAll(regexTokens)) {
    const opens = token.startsWith("[") && !token.startsWith("[:");
    if (brackets > 0) {
      brackets += opens ? 1 : token === "]" ? -1 : 0;
      if (brackets === 0)
        begin({ wide: 1, ways: 1, size: 1, pieces: 1, alphabet: lettersOf(expression.slice(from, index + 1)) });
    } else if (opens) [from, brackets] = [index, 1];
    else if (token.startsWith("(")) {
      flush();
      if (token.endsWith(")")) continue;
      groups.push(whole);
      whole = { ...nothing(), pieces: 1, captures: isCapture(token) ? 1 : 0 };
    } else if (token === ")") {
      flush();
      last = closed(whole);
      whole = groups.pop() ?? nothing();
    } else if (token === "|") {
      flush();
      if (groups.length > 0) alternate(whole);
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
        begin(
          { wide, ways: wide, size: 1, pieces: 1, alphabet: lettersOf(token), bounds },
          bounds ? "" : literalOf(token),
        );
      }
    }
  }
  flush();
  // A class without end: what of it is one for Kong is not known.
  if (brackets > 0) append(whole, { ...nothing(), endless: true, remembered: Infinity });
  while (groups.length > 0) {
    const group = closed(whole);
    whole = groups.pop() ?? nothing();
    append(whole, group);
  }
  return joined(before, whole, most);
}

/** Ends an alternative of a group. */
function alternate(group: RegexPart): void {
  group.wide += 1;
  group.ended += 2 ** group.ways;
  group.ways = 0;
  group.skips += 1;
  group.pieces += 1;
}

/** Ends a group. What is endless in it may be gone through in more ways than it has alternatives. */
function closed(group: RegexPart): RegexPart {
  const ways = group.endless ? group.wide : Math.log2(group.ended + 2 ** group.ways);
  return { ...group, ways, ended: 0 };
}

/** Puts a part behind the others. */
function append(all: RegexPart, part: RegexPart): void {
  all.remembered += all.endless ? Math.max(part.ways, part.remembered) : part.remembered;
  all.wide += part.wide;
  all.ways += part.ways;
  all.skips += part.skips;
  all.size += part.size;
  all.pieces += part.pieces;
  all.following += all.endless ? part.pieces : part.following;
  all.captures += part.captures;
  all.bounds ||= part.bounds;
  all.endless ||= part.endless;
  all.alphabet |= part.alphabet;
  all.goesOn |= part.goesOn;
}

/** What has to be remembered, and what follows something endless. */
type Following = Pick<RegexPart, "remembered" | "following">;

function mostOf(one: Following, other: Following): Following {
  return {
    remembered: Math.max(one.remembered, other.remembered),
    following: Math.max(one.following, other.following),
  };
}

function joined(before: RegexPart, whole: RegexPart, most: Following): RegexPart {
  const all = nothing();
  append(all, before);
  all.endless = false;
  append(all, { ...whole, ...mostOf(most, whole) });
  return { ...all, endless: before.endless || whole.endless };
}

function repeated(part: RegexPart, times: number, varies: boolean, endless: boolean): RegexPart {
  const wide = (part.wide + (varies ? 1 : 0)) * times;
  const pieces = (part.pieces + (varies ? 1 : 0)) * times;
  const remembers = endless ? part.wide + Math.log2(Math.max(1, part.size)) : part.remembered;
  const again = part.endless && times > 1;
  return {
    wide,
    ways: part.endless || endless ? wide : (part.ways + (varies ? 1 : 0)) * times,
    ended: 0,
    remembered: again ? wide : remembers * times,
    skips: (part.skips + (varies ? 1 : 0)) * times,
    size: part.size * times,
    pieces,
    following: again || endless ? pieces : part.following * times,
    alphabet: part.alphabet,
    endless: part.endless || endless,
    goesOn: endless ? part.alphabet : part.goesOn,
    captures: part.captures,
    bounds: part.bounds,
  };
}

/** True of what stands for more than one letter; `[:ab:]` is a class as any other where it does not stand in one. */
function isWide(token: string): boolean {
  return token === "." || /^(?:\\[dDwWsSpP]|\[:)/.test(token);
}
