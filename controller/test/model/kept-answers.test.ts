import { afterEach, expect, test, vi } from "vitest";
import type { DecidedOnce } from "../../src/world/decided-once.ts";
import { TermState } from "../../src/world/term-state.ts";
import { triesAll } from "../support/how-much.ts";
import { play } from "./play.ts";

/** Where the seeds begin, and how many histories are played. */
const [first, count] = [20_000, triesAll ? 60 : 2];

type Decide = (before: unknown) => DecidedOnce<unknown>;

afterEach(() => vi.restoreAllMocks());

/** From now on what a term answers from memory is decided anew as well: sentences about what is otherwise, and how often it was not. */
function decidingAnew(): { readonly stale: Set<string>; readonly held: () => number } {
  const original = (name: "memoize" | "end") =>
    Reflect.get(TermState.prototype, name) as (...args: readonly unknown[]) => unknown;
  const [memoize, end] = [original("memoize"), original("end")];
  const ended = new WeakSet<TermState>();
  const stale = new Set<string>();
  let held = 0;
  vi.spyOn(TermState.prototype, "end").mockImplementation(function (this: TermState) {
    ended.add(this);
    end.call(this);
  });
  vi.spyOn(TermState.prototype, "memoize").mockImplementation(function (
    this: TermState,
    question: symbol,
    subject: string,
    given: unknown,
    decide: Decide,
  ) {
    let isNew = false;
    const noting: Decide = (before) => {
      isNew = true;
      return decide(before);
    };
    const answer = memoize.call(this, question, subject, given, noting) as DecidedOnce<unknown>;
    // What a term that is over decides from is not told to it any more: none of its writes is let through.
    if (isNew || ended.has(this)) return answer;
    const now = decide(undefined);
    if (textOf(now) === textOf(answer)) held += 1;
    else stale.add(`${String(question)}, ${subject}: ${textOf(answer)} is ${textOf(now)} by now`);
    return answer;
  });
  return { stale, held: () => held };
}

/** What was decided, and from which facts; without what of an object is no fact. */
function textOf({ decided, reads }: DecidedOnce<unknown>): string {
  const told = new Set(["status", "addresses", "resourceVersion"]);
  const isTold = (object: unknown, field: string): boolean =>
    told.has(field) && typeof object === "object" && object !== null && ("generation" in object || "class" in object);
  const facts = JSON.stringify(decided, function (this: unknown, field, value: unknown) {
    return isTold(this, field) ? undefined : value;
  });
  return `${facts} by ${reads.texts().toSorted().join(", ")}`;
}

test(
  `no random history has a term answer from memory what it would decide otherwise (${String(count)} from seed ${String(first)})`,
  { timeout: 600_000 },
  async () => {
    const { held, stale } = decidingAnew();
    for (let seed = first; seed < first + count; seed++) await play(seed);
    expect([...stale]).toEqual([]);
    expect(held()).toBeGreaterThan(150 * count);
  },
);
