import { add, drop, each, has } from "./small-set.ts";
import type { SmallSet } from "./small-set.ts";

/**
 * Who read what about one subject: bits of kinds of facts, and behind them the numbers of those who read these kinds, by turns.
 * Most subjects have a few readers; of those with many, most read the same kinds.
 */
export type Audience = readonly SmallSet<number>[];

/** The audience with a reader of the kinds. */
export function join(audience: Audience | undefined, kinds: number, reader: number): Audience {
  if (audience === undefined) return [kinds, reader];
  const at = indexOf(audience, kinds);
  return at < 0 ? audience.concat([kinds, reader]) : audience.with(at + 1, add(audience[at + 1], reader));
}

/** The audience without a reader of the kinds; undefined if nobody is left. */
export function leave(audience: Audience | undefined, kinds: number, reader: number): Audience | undefined {
  const at = audience === undefined ? -1 : indexOf(audience, kinds);
  if (audience === undefined || at < 0) return audience;
  const left = drop(audience[at + 1], reader);
  if (left !== undefined) return audience.with(at + 1, left);
  return audience.length === 2 ? undefined : audience.toSpliced(at, 2);
}

/** True if the one reads just these kinds. */
export function isReader(audience: Audience | undefined, kinds: number, reader: number): boolean {
  const at = audience === undefined ? -1 : indexOf(audience, kinds);
  return at >= 0 && has(audience?.[at + 1], reader);
}

/** Calls `visit` with each reader of the kind. */
export function eachReader(audience: Audience | undefined, bit: number, visit: (reader: number) => void): void {
  if (audience === undefined) return;
  for (let at = 0; at < audience.length; at += 2)
    if ((kindsAt(audience, at) & bit) !== 0) each(audience[at + 1], visit);
}

function indexOf(audience: Audience, kinds: number): number {
  for (let at = 0; at < audience.length; at += 2) if (audience[at] === kinds) return at;
  return -1;
}

function kindsAt(audience: Audience, at: number): number {
  return audience[at] as number;
}
