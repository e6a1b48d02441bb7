/** A process of its own for each lane of live runs, started by `lane.ts`: it plays the seeds that it is sent, one after the other. */
import type { FaultCounts } from "./fault-counts.ts";
import { run } from "./run.ts";
import type { RunReport } from "./run.ts";
import { startStage } from "./stage.ts";

/** What a lane says of a seed: what the run did and broke, and the faults that struck; or why it could not be played. */
export type Played =
  | { readonly report: RunReport; readonly faults: readonly (readonly [fault: string, times: number])[] }
  | { readonly error: string };

const counts: FaultCounts = new Map();
const tell = (played: Played): void => void process.send?.(played);
const starting = startStage(counts);
// A failure is told of the first seed.
starting.catch(() => undefined);

process.on("message", (seed: number) => {
  play(seed).then(tell, (error: unknown) => {
    tell({ error: String(error) });
  });
});

process.once("disconnect", () => {
  starting
    .then((stage) => stage.stop())
    .catch(() => undefined)
    .finally(() => process.exit());
});

async function play(seed: number): Promise<Played> {
  const report = await run(await starting, seed, counts);
  const faults = [...counts];
  counts.clear();
  return { report, faults };
}
