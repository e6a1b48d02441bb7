import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Played } from "./soak-worker.ts";

/** What a soak has come to so far: every history from `from` to before `next`. */
export interface Totals {
  readonly from: number;
  readonly next: number;
  readonly histories: number;
  readonly checks: number;
  readonly rests: number;
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
  /** How many histories reached each milestone. */
  readonly reached: Readonly<Record<string, number>>;
}

/** Totals of nothing yet. */
export function noTotals(from: number): Totals {
  return { from, next: from, histories: 0, checks: 0, rests: 0, seconds: 0, faults: {}, reached: {} };
}

/** Totals with the portion that begins where they end. */
export function withPortion(totals: Totals, played: Played): Totals {
  return {
    ...totals,
    next: played.from + played.histories,
    histories: totals.histories + played.histories,
    checks: totals.checks + played.checks,
    rests: totals.rests + played.rests,
    faults: added(totals.faults, played.faults),
    reached: added(totals.reached, played.reached),
  };
}

function added(
  before: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums = { ...before };
  for (const [what, times] of Object.entries(more)) sums[what] = (sums[what] ?? 0) + times;
  return sums;
}

/** Reads totals that an interrupted soak left; undefined if there are none. */
export function readTotals(file: string): Totals | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Totals;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps totals for whoever resumes; the file appears whole. */
export function writeTotals(file: string, totals: Totals): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(totals));
  renameSync(`${file}.part`, file);
}

/** The invariants that are looked at after every change, and those that are judged when everything has come to rest. */
const invariants = {
  always: [
    "I1 one holder",
    "I2 nobody loses by another's act",
    "I3 no route without the host",
    "I4 foreign entities",
    "X5 hosts of others",
    "L2b guards",
  ],
  atRest: [
    "I5 the register is one that the model allows",
    "I5 the register is settled",
    "I5 Kong has exactly its routes",
    "I5 statuses",
    "I5 nothing left over",
    "I6 a restarted controller writes nothing",
  ],
} as const;

/** What the totals say, for people. */
export function describeTotals(totals: Totals, violations: number): string {
  const all = totals.checks * invariants.always.length + totals.rests * invariants.atRest.length;
  const faults = Object.entries(totals.faults).sort(([a], [b]) => (a < b ? -1 : 1));
  const injected = faults.reduce((sum, [, times]) => sum + times, 0);
  const width = Math.max(...faults.map(([fault]) => fault.length), 0);
  return [
    `histories            ${grouped(totals.histories)} (seeds ${String(totals.from)} to ${String(totals.next - 1)}, ${totals.seconds.toFixed(0)} s)`,
    `faults injected      ${grouped(injected)}`,
    ...faults.map(([fault, times]) => `  ${fault.padEnd(width)}  ${grouped(times).padStart(12)}`),
    "how far they got",
    ...Object.entries(totals.reached).map(
      ([milestone, times]) => `  ${((100 * times) / totals.histories).toFixed(1).padStart(5)} %  ${milestone}`,
    ),
    `invariants checked   ${grouped(all)}`,
    `  after a change     ${grouped(totals.checks)} times: ${invariants.always.join(", ")}`,
    `  at rest            ${grouped(totals.rests)} times: ${invariants.atRest.join(", ")}`,
    `violations           ${String(violations)}`,
    `seed of the last     ${String(totals.next - 1)}`,
  ].join("\n");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
