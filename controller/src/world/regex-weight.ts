import { regexTime } from "./regex-time.ts";
import { counted, isBoundary, isCapture, regexTokens } from "./regex-tokens.ts";
import type { PathMatch } from "./source.ts";

/**
 * How much a gateway needs for a regular expression, in units of what a letter takes: some half a kilobyte, and 5 µs
 * whenever it builds its router anew. Measured with Rust's regex 1, in which Kong's router matches; what tells letters of
 * all scripts apart is a table, and what is repeated is there as often (`\w{100}` comes to 20 MB and a tenth of a second).
 * So is what takes no letter: a request of 3,000 bytes was matched for six seconds with fifty `*` repeated a thousand times.
 */
const weights = { letter: 1, operator: 2, script: 4, posix: 8, any: 12 } as const;

const escapes: Readonly<Record<string, number>> = {
  ...{ "\\w": 400, "\\W": 400, "\\p": 400, "\\P": 400 },
  ...{ "\\d": 40, "\\D": 100, "\\s": 6, "\\S": 18 },
};

/** What has so many groups takes twice as much when it is matched: of each state Rust's regex notes where each of them is. */
const groupsForDouble = 4;

/**
 * Where something is captured, or a boundary of a word is asked for, Rust's regex makes one more table, of a megabyte at most
 * (regex-automata, `meta/wrappers.rs`, `OnePass::new`): each state has a row of it, as long as the classes tell letters apart.
 * `/\b\d\s{40}` comes to 570 kB, and 40 letters beside `\d` to 150.
 */
const onePass = 2;

/** A letter in either case may have a third form, and so has every range of letters. */
const eitherCase = 5;

/** The heaviest regular expression that is taken: a dozen words (`\w+`). */
export const mostRegexWeight = 5_000;

/** So many units are one of the routes that a namespace may have (rule X1). */
const weightOfRoute = 20;

/** What a regular expression costs the gateway. */
export interface RegexCost {
  /** {@link regexWeight} */
  readonly weight: number;
  /** {@link regexTime} */
  readonly time: number;
}

const known = new WeakMap<PathMatch, RegexCost>();

/** What the match costs, if it is a regular expression. Worked out once for each: that takes up to a millisecond. */
export function regexCost(match: PathMatch): RegexCost {
  const before = known.get(match);
  if (before !== undefined) return before;
  const weight = regexWeight(match.path);
  // What is too heavy is not taken, however fast it is.
  const cost = { weight, time: weight > mostRegexWeight ? Infinity : regexTime(match.path, weight) };
  known.set(match, cost);
  return cost;
}

/**
 * As how many routes a path counts: one, or a regular expression as many as it takes as much memory as, or, if that is more, as
 * a request may be matched with as long as with it.
 */
export function routesOf(match: PathMatch): number {
  if (match.kind !== "regex") return 1;
  const { time, weight } = regexCost(match);
  return Math.max(1, Math.ceil(weight / weightOfRoute), time);
}

/**
 * What a regular expression weighs, never much less than it will; whether it is one at all is not looked at. Infinity for one
 * with the flag `x`, in which a repetition may stand anywhere. Linear in its length.
 */
export function regexWeight(expression: string): number {
  if (/\(\?[a-zA-Z]*x/.test(expression)) return Infinity;
  const seen = Array.from(expression.matchAll(regexTokens), ([token]) => token);
  const hasOnePass = seen.some(isCapture) || seen.some(isBoundary);
  const hasLongRows = hasOnePass && seen.some((token) => /^\\[dDwWpP]/.test(token));
  const plain = hasLongRows ? weights.script : weights.letter;
  const letter = /\(\?[a-zA-Z]*i/.test(expression) ? eitherCase : plain;
  /** What stands before the groups, and the classes, that are open. */
  const before: number[] = [];
  let inClass = 0;
  let groups = 0;
  let sum = 0;
  let last = 0;
  const add = (weight: number): void => {
    sum += weight;
    last = weight;
  };
  const repeat = (times: number, operator: number): void => {
    const once = last;
    last = (once + operator) * times;
    sum += last - once;
  };
  const close = (least: number): void => {
    const inside = Math.max(sum, least);
    sum = before.pop() ?? 0;
    add(inside);
  };
  for (const token of seen) {
    if (token.startsWith("[") && !token.startsWith("[:")) {
      inClass += 1;
      before.push(sum);
      sum = token.startsWith("[^") ? weights.any : 0;
    } else if (inClass > 0) {
      if (token === "]") {
        inClass -= 1;
        close(letter);
        // A class of letters weighs what one does, however many it has.
      } else add(weightOf(token, 0));
    } else if (token.startsWith("(")) {
      if (token.endsWith(")")) continue;
      groups += 1;
      before.push(sum);
      sum = weights.operator;
    } else if (token === ")") close(0);
    else if (operators.has(token)) repeat(1, weights.operator);
    else {
      const repetition = counted(token);
      if (repetition === undefined) add(weightOf(token, letter));
      else repeat(repetition.times, repetition.varies ? weights.operator : 0);
    }
  }
  const tabled = hasOnePass && seen.some((token) => /^\\[dDsSwWpP]/.test(token)) ? onePass : 1;
  return before.reduce((all, weight) => all + weight, sum) * Math.max(1 + groups / groupsForDouble, tabled);
}

/** Once or as often as one likes: what is repeated is there once, and each of them takes two states of its own. So does `|`. */
const operators: ReadonlySet<string> = new Set(["*", "+", "?", "|"]);

/** The weight of one token; of a letter it is given. */
function weightOf(token: string, letter: number): number {
  if (token === ".") return weights.any;
  if (token.startsWith("[:")) return weights.posix;
  return escapes[token.slice(0, 2)] ?? (/^[ -~]$/.test(token) ? letter : weights.script);
}
