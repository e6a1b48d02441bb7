import fc from "fast-check";

/** Draws a value from an arbitrary of fast-check: `draw(fc.nat, 3)` is a whole number from 0 to 3. */
export type Draw = fc.GeneratorValue;

/** What a seed draws, the same every time. */
export function drawsOf(seed: number): Draw {
  const [draw] = fc.sample(fc.noBias(fc.gen()), { seed, numRuns: 1 });
  if (draw === undefined) throw new Error(`nothing is drawn from the seed ${String(seed)}`);
  return draw;
}

/** True in so many of a hundred draws. */
export function chance(percent: number): fc.Arbitrary<boolean> {
  return fc.nat(99).map((n) => n < percent);
}
