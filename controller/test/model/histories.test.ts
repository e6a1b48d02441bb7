import { expect, test } from "vitest";
import { histories as count } from "../support/how-much.ts";
import { milestones } from "./milestones.ts";
import { play } from "./play.ts";

/** Where the seeds begin; HISTORIES_SEED repeats a failure. */
const first = Number(process.env["HISTORIES_SEED"] ?? 1);

test(
  `no random history breaks an invariant (${String(count)} from seed ${String(first)})`,
  { timeout: 600_000 },
  async () => {
    const reached = new Map<string, number>();
    for (let seed = first; seed < first + count; seed++) {
      const { violations, log, ...report } = await play(seed);
      for (const milestone of report.reached) reached.set(milestone, (reached.get(milestone) ?? 0) + 1);
      expect(violations.length, [`seed ${String(seed)} broke`, ...violations, "its history", ...log].join("\n")).toBe(
        0,
      );
    }
    // A few histories more or less say nothing of how often what is drawn comes up.
    for (const [milestone, least] of Object.entries(count < 150 ? {} : milestones))
      expect((100 * (reached.get(milestone) ?? 0)) / count, milestone).toBeGreaterThanOrEqual(least);
  },
);

test("a seed repeats its history exactly", async () => {
  for (const seed of [1, 2, 3]) expect(await play(seed)).toEqual(await play(seed));
  expect((await play(1)).log).not.toEqual((await play(2)).log);
});
