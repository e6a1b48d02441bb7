import { counted, regexTokens } from "./regex-tokens.ts";

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
} as const;

/** So many things to remember, each of which doubles the states, cost nothing: the states are few, and made once. */
const fewToRemember = 6;

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
  /** What a letter of it may be, as tokens. */
  readonly alphabet: Set<string>;
  /** Whether something in it is endless, and what a letter of that may be. */
  endless: boolean;
  readonly goesOn: Set<string>;
}

const nothing = (): Part => ({
  ...{ wide: 0, remembered: 0, skips: 0, size: 0, endless: false },
  alphabet: new Set(),
  goesOn: new Set(),
});

/**
 * How long a request may be matched with the expression, never much less than it will be; `weight` is that of
 * {@link regexWeight}. Linear in its length.
 */
export function regexTime(expression: string, weight: number): number {
  const { endless, remembered, skips } = read(expression);
  const all = Math.round((skips * skips) / skipsForUnit);
  if (!endless) return all;
  const doubled = 2 ** Math.min(40, Math.max(0, Math.ceil(remembered) - fewToRemember));
  return Math.ceil(all + Math.min(times.endless * doubled, times.eachByte + times.eachStatePerWeight * weight));
}

function read(expression: string): Part {
  const groups: Part[] = [];
  let whole = nothing();
  /** Alternatives that have ended, of the whole expression, and the most that was to remember in this one. */
  let before = nothing();
  let most = 0;
  let last: Part | undefined;
  let letter = "";
  let from: number | undefined;
  const mayBe = matcher();
  const flush = (): void => {
    if (last !== undefined) append(whole, last);
    // What is endless has ended where a letter comes that it can't have: nothing before that has to be remembered.
    const ends = last !== undefined && letter !== "" && groups.length === 0 && last.skips === 0 && !last.endless;
    if (ends && whole.endless && !mayBe(whole.goesOn, letter)) {
      most = Math.max(most, whole.remembered);
      whole = { ...whole, remembered: 0, endless: false, goesOn: new Set() };
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
    if (from !== undefined) {
      if (token === "]" && isClosed(expression.slice(from, index + 1))) {
        begin({ wide: 1, size: 1, alphabet: new Set([expression.slice(from, index + 1)]) });
        from = undefined;
      }
    } else if (token.startsWith("[") && !token.startsWith("[:")) from = index;
    else if (token.startsWith("(")) {
      flush();
      if (token.endsWith(")")) continue;
      groups.push(whole);
      whole = nothing();
    } else if (token === ")") {
      flush();
      const group = whole;
      whole = groups.pop() ?? nothing();
      last = group;
    } else if (token === "|") {
      flush();
      if (groups.length > 0) whole = { ...whole, wide: whole.wide + 1, skips: whole.skips + 1 };
      else {
        before = joined(before, whole, most);
        whole = nothing();
        most = 0;
      }
    } else if (token === "^" || token === "$") flush();
    else if (token === "*" || token === "+") last = last && repeated(last, 1, token === "*", true);
    else if (token === "?") last = last && repeated(last, 1, true, false);
    else {
      const count = counted(token);
      if (count !== undefined) last = last && repeated(last, count.times, count.varies, count.endless);
      else begin({ wide: isWide(token) ? 1 : 0, size: 1, alphabet: new Set([token]) }, letterOf(token));
    }
  }
  flush();
  // A class without end: what of it is one for Kong is not known.
  if (from !== undefined) append(whole, { ...nothing(), endless: true, remembered: Infinity });
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
  all.endless ||= part.endless;
  for (const token of part.alphabet) all.alphabet.add(token);
  for (const token of part.goesOn) all.goesOn.add(token);
}

function joined(before: Part, whole: Part, most: number): Part {
  const all = nothing();
  append(all, before);
  all.endless = false;
  append(all, { ...whole, remembered: Math.max(most, whole.remembered) });
  return { ...all, endless: before.endless || whole.endless };
}

function repeated(part: Part, times: number, varies: boolean, endless: boolean): Part {
  const wide = (part.wide + (varies ? 1 : 0)) * times;
  const remembers = endless ? part.wide + Math.log2(Math.max(1, part.size)) : part.remembered;
  return {
    wide,
    remembered: part.endless && times > 1 ? wide : remembers * times,
    skips: (part.skips + (varies ? 1 : 0)) * times,
    size: part.size * times,
    alphabet: part.alphabet,
    endless: part.endless || endless,
    goesOn: endless ? part.alphabet : part.goesOn,
  };
}

/** True of all that begins like a class and is one: what it has in brackets itself has ended, too. */
function isClosed(text: string): boolean {
  const bare = text.replace(/\\./gs, "_").replace(/^\[\^?\]?/, "[");
  return bare.split("[").length === bare.split("]").length;
}

/** True of what stands for more than one letter. */
function isWide(token: string): boolean {
  return token === "." || /^\\[dDwWsSpP]/.test(token);
}

/** The letter that the token is, if it is an ASCII one. */
function letterOf(token: string): string {
  const letter = /^\\[^a-zA-Z0-9]$/.test(token) ? token.slice(1) : token;
  return /^[ -~]$/.test(letter) && token !== "." ? letter : "";
}

/** Tells whether any of the tokens may stand for a letter, in either case; true where that is not known. */
function matcher(): (tokens: Iterable<string>, letter: string) => boolean {
  const known = new Map<string, RegExp | undefined>();
  return (tokens, letter) => {
    for (const token of tokens) {
      if (!known.has(token)) known.set(token, inJavaScript(token));
      if (known.get(token)?.test(letter) !== false) return true;
    }
    return false;
  };
}

/** A letter or a class as JavaScript has it, which for ASCII is as Rust does; undefined where the two may differ. */
function inJavaScript(token: string): RegExp | undefined {
  const letter = letterOf(token);
  if (letter !== "") return new RegExp(`\\u{${letter.charCodeAt(0).toString(16)}}`, "iu");
  if (/^\[.*(?:\[|&&|--|~~)/s.test(token) || /\\[^dDwWsS\W]/.test(token)) return undefined;
  try {
    return new RegExp(token, "isu");
  } catch {
    return undefined;
  }
}
