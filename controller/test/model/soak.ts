/** Plays very many random histories: `node controller/test/model/soak.ts --help` says how. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { describeTotals, noTotals, readTotals, withPortion, writeTotals } from "./soak-totals.ts";
import type { Totals } from "./soak-totals.ts";
import type { Played, Portion } from "./soak-worker.ts";

const usage = `usage: soak.ts [--histories 1000000] [--from 1] [--workers 2] [--minutes N] [--resume] [--out FILE]
  Plays random histories, one a seed, against the model of the rules. The first that breaks an invariant, or does not end
  within 60 s, is printed with the command that replays it, and the exit code is 1. With --minutes it ends
  in good order when they are over. An interrupted run goes on with --resume.`;

const stateFile = ".build/soak/core.json";
const portionSize = 100;
const longestHistoryMs = 60_000;

/** A history that broke something. */
type Broken = Played["broken"][number];

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "1000000" },
    from: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    minutes: { type: "string" },
    resume: { type: "boolean", default: false },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await soak();

async function soak(): Promise<void> {
  const begin = (values.resume ? readTotals(stateFile) : undefined) ?? noTotals(wholeNumber(values.from));
  const end = begin.from + wholeNumber(values.histories);
  const { totals, broken } = await playAll(begin, end, wholeNumber(values.workers));
  const summary = describeTotals(totals, broken.length);
  console.log(summary);
  if (values.out !== undefined) writeFileSync(values.out, `${summary}\n`);
  for (const { seed, violations, log } of broken) {
    console.error(
      `\nseed ${String(seed)} broke:\n${[...new Set(violations)].join("\n")}\n\nits history:\n${log.join("\n")}`,
    );
    console.error(`\nreplay: node controller/test/model/soak.ts --from ${String(seed)} --histories 1`);
  }
  process.exit(broken.length === 0 ? 0 : 1);
}

/** Has workers play every seed from where the totals end to before `end`, or until one breaks something. */
function playAll(
  begin: Totals,
  end: number,
  workers: number,
): Promise<{ readonly totals: Totals; readonly broken: readonly Broken[] }> {
  let totals = begin;
  let next = begin.next;
  const startedAt = performance.now();
  const longestMs = values.minutes === undefined ? Infinity : wholeNumber(values.minutes) * 60_000;
  const early = new Map<number, Played>();
  const progress = progressFrom(begin.histories);
  return new Promise((resolve, reject) => {
    const finish = (broken: readonly Broken[]): void => {
      clearInterval(watch);
      resolve({ totals, broken });
    };
    /** Portions end in any order and are added up in theirs, so that what is resumed is whole. */
    const take = (played: Played): void => {
      early.set(played.from, played);
      for (let ready = early.get(totals.next); ready !== undefined; ready = early.get(totals.next)) {
        early.delete(ready.from);
        totals = { ...withPortion(totals, ready), seconds: begin.seconds + (performance.now() - startedAt) / 1000 };
        if (ready.broken.length > 0) return finish(ready.broken);
      }
      writeTotals(stateFile, totals);
      if (totals.next >= end) finish([]);
    };
    const started = Array.from({ length: workers }, () => {
      const now = new Float64Array(new SharedArrayBuffer(8));
      const worker = new Worker(new URL("./soak-worker.ts", import.meta.url), { workerData: now.buffer });
      const more = (): void => {
        if (next >= end) return;
        const portion: Portion = { from: next, count: Math.min(portionSize, end - next) };
        next += portion.count;
        worker.postMessage(portion);
      };
      worker.on("message", (played: Played) => {
        take(played);
        more();
      });
      worker.on("error", reject);
      more();
      return { now, seed: 0, since: performance.now() };
    });
    const watch = setInterval(() => {
      for (const one of started) {
        const seed = one.now[0] ?? 0;
        if (seed !== one.seed) Object.assign(one, { seed, since: performance.now() });
        if (seed !== 0 && performance.now() - one.since > longestHistoryMs)
          finish([{ seed, violations: ["hangs: the history does not end"], log: [] }]);
      }
      progress(totals, end);
      if (performance.now() - startedAt > longestMs) finish([]);
    }, 1000);
    if (next >= end && totals.next >= end) finish([]);
  });
}

/** Prints how far it is, every ten seconds. */
function progressFrom(histories: number): (totals: Totals, end: number) => void {
  let last = { at: performance.now(), histories };
  return (totals, end) => {
    const seconds = (performance.now() - last.at) / 1000;
    if (seconds < 10) return;
    const rate = (totals.histories - last.histories) / seconds;
    last = { at: performance.now(), histories: totals.histories };
    const wanted = end - totals.from;
    const percent = ((100 * totals.histories) / wanted).toFixed(1);
    console.log(
      `${String(totals.histories)} of ${String(wanted)} histories (${percent} %), ${rate.toFixed(0)} a second`,
    );
  };
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`"${text}" is no number from 1\n${usage}`);
  return number;
}
