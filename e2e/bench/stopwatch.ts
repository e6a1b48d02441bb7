import { createHistogram } from "node:perf_hooks";

/** Times of one kind. */
export interface Times {
  /** In milliseconds; `percentile` from 0 to 100. */
  readonly at: (percentile: number) => number;
  /** Runs something and takes its time. */
  readonly take: (act: () => Promise<unknown>) => Promise<void>;
}

/** A stopwatch without times yet. */
export function times(): Times {
  const histogram = createHistogram();
  return {
    at: (percentile) => histogram.percentile(percentile) / 1e6,
    take: async (act) => {
      const begun = performance.now();
      await act();
      histogram.record(Math.max(1, Math.round((performance.now() - begun) * 1e6)));
    },
  };
}

/** A row of what is printed: ours beside the bare one, and how often the bare one's median goes into ours. */
export function row(ours: Times, bare: Times): Readonly<Record<string, string>> {
  const shown = (one: Times): string => `${one.at(50).toFixed(1)} (${one.at(99).toFixed(1)})`;
  return { ours: shown(ours), bare: shown(bare), ratio: (ours.at(50) / bare.at(50)).toFixed(2) };
}
