/** Plants the known bugs, one by one, in copies of the sources: `node controller/test/mutations/run.ts --help` says how. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkout, laneIn } from "./lane.ts";
import { plantedBugs } from "./planted.ts";
import type { PlantedBug } from "./planted/bug.ts";

const usage = `usage: run.ts [--only PATTERN] [--lanes 2]
  Plants every bug of planted.ts and runs the test that has to notice it, in so many copies of the sources side by side. A line
  for each says what came of it; the exit code is 1 where one is not noticed, or where what it replaces does not stand in the
  sources any more. With --only: those with this regular expression in their name, their file or their test.`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    lanes: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});
const minute = 60_000;
const folder = join(checkout, ".build/mutations");

if (values.help) console.log(usage);
else {
  try {
    process.exitCode = (await plantAll(chosen(new RegExp(values.only, "i")), Number(values.lanes))) === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function chosen(pattern: RegExp): readonly PlantedBug[] {
  const found = plantedBugs.filter(({ name, file, caughtBy }) =>
    [name, file, caughtBy.file, caughtBy.test].some((text) => pattern.test(text)),
  );
  if (found.length === 0) throw new Error(`no planted bug has ${String(pattern)} in its name, its file or its test`);
  return found;
}

/** Plants the bugs in so many lanes, and says of each what came of it; resolves with how many were not noticed. */
async function plantAll(bugs: readonly PlantedBug[], count: number): Promise<number> {
  const begun = performance.now();
  const lanes = Array.from({ length: count }, (_, i) => laneIn(join(folder, String(i + 1))));
  const files = [...new Set(bugs.map(({ caughtBy }) => caughtBy.file))];
  const [first] = lanes;
  if (first === undefined) throw new Error("--lanes is 1 or more");
  console.log(`${String(files.length)} test files, without any bug ...`);
  const tests = bugs.map(({ caughtBy }) => caughtBy.test);
  const { ended, failed, milliseconds } = await first.run({ files, tests, changed: [] }, 60 * minute);
  if (!ended) throw new Error("without any bug, the tests do not come to an end");
  if (failed.length > 0) {
    const shown = failed.map(({ name, said }) => `${name}: ${said}`);
    throw new Error(`without any bug, tests fail already: ${shown.join("; ")}`);
  }

  // Those whose tests take longest come first, so that no lane is left with a long one when the others are done.
  const cost = ({ caughtBy }: PlantedBug): number => milliseconds.get(caughtBy.file) ?? 0;
  const ordered = bugs.toSorted((a, b) => cost(b) - cost(a));
  const queue = ordered.values();
  let done = 0;
  const missed: string[] = [];
  const work = lanes.map(async (lane) => {
    for (const bug of queue) {
      const since = performance.now();
      const verdict = await lane.noticed(bug, Math.max(2 * minute, 20 * cost(bug)));
      done += 1;
      const line = `${verdict}: ${bug.name} (${bug.caughtBy.test})`;
      if (verdict !== "noticed") missed.push(line);
      console.log(`${String(done)}/${String(bugs.length)} ${seconds(since)} ${line}`);
    }
  });
  await Promise.all(work);
  for (const lane of lanes) lane.stop();
  for (const line of missed) console.log(line);
  console.log(
    `${String(bugs.length)} bugs planted, ${String(bugs.length - missed.length)} noticed, ${String(missed.length)} missed, in ${seconds(begun)}`,
  );
  return missed.length;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
