/** Runs against real API servers and gateways with controllers that are killed: `node e2e/soak/live.ts --help`. */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { note } from "./fault-counts.ts";
import type { FaultCounts } from "./fault-counts.ts";
import { startLane } from "./lane.ts";
import type { RunReport } from "./run.ts";
import { summary } from "./summary.ts";
import type { Totals } from "./summary.ts";

const usage = `usage: live.ts [--runs 1000] [--seed 1] [--parallel N] [--minutes N] [--out FILE]
  Each run is a short random history through the API with faults of both APIs, controllers that are killed, paused and
  succeeded, and namespaces that are made anew; it is judged at rest and meanwhile. The first run that breaks an invariant
  is printed, and the exit code is 1. So many are under way at once, three for each core unless given, as most of a run is
  waiting; each has a cluster, a Kong and controllers of its own, and takes a gigabyte of memory. With --minutes it ends in good order when they are over. A seed repeats what users do;
  the moments are the machine's.`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    parallel: { type: "string", default: String(3 * availableParallelism()) },
    minutes: { type: "string" },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else process.exit(await soak());

/** What one run broke. */
interface Broken {
  readonly seed: number;
  readonly report: RunReport;
}

async function soak(): Promise<number> {
  const [runs, first, parallel] = [Number(values.runs), Number(values.seed), Number(values.parallel)];
  const longest = values.minutes === undefined ? Infinity : Number(values.minutes) * 60;
  if (!(runs >= 1 && first >= 0 && parallel >= 1 && longest > 0)) throw new Error(usage);
  const counts: FaultCounts = new Map();
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const broken: Broken[] = [];
  let [next, totals] = [first, nothingYet(first)];

  /** Plays in a lane of its own whichever run comes next, until all are played, time is over or one broke something. */
  const playInTurn = async (): Promise<void> => {
    const lane = startLane();
    try {
      while (next < first + runs && broken.length === 0 && seconds() < longest) {
        const seed = next++;
        const { report, faults } = await lane.play(seed);
        totals = added(totals, report);
        for (const [fault, times] of faults) note(counts, fault, times);
        if (report.violations.length > 0) broken.push({ seed, report });
        if (totals.done % 25 === 0)
          console.log(`${String(totals.done)} of ${String(runs)} runs, ${(seconds() / totals.done).toFixed(2)} s each`);
      }
    } finally {
      await lane.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, runs) }, playInTurn));

  const text = summary(totals, counts, seconds());
  console.log(text);
  if (values.out !== undefined) writeFileSync(values.out, `${text}\n`);
  for (const { seed, report } of broken) {
    console.error(`\nseed ${String(seed)} broke:\n${[...new Set(report.violations)].join("\n")}\n\nits history:`);
    console.error(`${report.log.join("\n")}\n\nreplay: node e2e/soak/live.ts --runs 1 --seed ${String(seed)}`);
  }
  return broken.length === 0 ? 0 : 1;
}

function nothingYet(first: number): Totals {
  return { first, done: 0, looks: 0, rests: 0, violations: 0 };
}

function added({ first, done, looks, rests, violations }: Totals, report: RunReport): Totals {
  return {
    first,
    done: done + 1,
    looks: looks + report.looks,
    rests: rests + report.rests,
    violations: violations + report.violations.length,
  };
}
