/** Time and chance, for what a real Kong leaves to both; a test brings its own. */
export type Timing = {
  /** Calls once, so many milliseconds from now, unless the function that it returns is called before. */
  readonly after: (milliseconds: number, act: () => void) => () => void;
  /** A number from 0 up to but not including 1. */
  readonly chance: () => number;
};

/** The machine's time, and a chance that is the same for the same seed. */
export function realTiming(seed: number): Timing {
  return { after: realTimer, chance: seededChance(seed) };
}

function realTimer(milliseconds: number, act: () => void): () => void {
  const timer = setTimeout(act, milliseconds).unref();
  return () => clearTimeout(timer);
}

/** The generator "mulberry32": short, and even enough to spread timers. */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
