import { expect, test, vi } from "vitest";
import { play } from "./play.ts";

// The bug: nothing is ever guarded, so a wildcard's route would serve hosts below it that somebody else holds (rule L2b).
vi.mock(import("../../src/decide/guard.ts"), () => ({ guardNeed: () => "none" as const }));

test(
  "a planted bug is noticed by a random history, and what is reported of that is short",
  { timeout: 60_000 },
  async () => {
    let found = await play(1);
    for (let seed = 2; found.violations.length === 0; seed++) found = await play(seed);
    expect(found.violations.join("\n")).toMatch(/guard/);
    expect(found.log.length).toBeLessThan(30);
  },
);
