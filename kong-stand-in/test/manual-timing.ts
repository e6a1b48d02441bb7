import type { Timing } from "../src/timing.ts";

/** A timing whose time passes when it is told to. */
export type ManualTiming = Timing & {
  /** Lets so many milliseconds pass, and everything happen that is due in them. */
  readonly pass: (milliseconds: number) => void;
};

type Timer = { readonly due: number; readonly act: () => void };

/** Chances are the ones given, over and over. */
export function manualTiming(...chances: readonly [number, ...number[]]): ManualTiming {
  let now = 0;
  let drawn = 0;
  let timers: readonly Timer[] = [];
  return {
    after: (milliseconds, act) => {
      const timer = { due: now + milliseconds, act };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    chance: () => chances[drawn++ % chances.length]!,
    pass: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const [next] = timers.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due);
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = next.due;
        next.act();
      }
      now = end;
    },
  };
}
