import fc from "fast-check";
import { simulate } from "./simulation.ts";
import type { Report } from "./simulation.ts";

/** How many simpler histories are tried when one has broken something. */
const simplerTries = 200;

/**
 * Plays the history of a seed, the same every time. One that breaks an invariant, or ends with an exception, is played
 * again and again with simpler draws: what is reported is the shortest one that still broke something.
 */
export async function play(seed: number): Promise<Report> {
  let report: Report | undefined;
  const property = fc.asyncProperty(fc.limitShrink(fc.gen(), simplerTries), async (draw) => {
    const played = await simulate(draw);
    const breaks = played.violations.length > 0;
    if (report === undefined || (breaks && played.log.length <= report.log.length)) report = played;
    return !breaks;
  });
  await fc.check(property, { seed, numRuns: 1, plugins: [fc.unbiased()] });
  if (report === undefined) throw new Error(`the history of the seed ${String(seed)} was not played`);
  return report;
}
