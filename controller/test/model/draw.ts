import fc from "fast-check";

/** Draws a value from an arbitrary of fast-check: `draw(fc.nat, 3)` is a whole number from 0 to 3. */
export type Draw = fc.GeneratorValue;

/** True in so many of a hundred draws. The simpler one is false. */
export function chance(percent: number): fc.Arbitrary<boolean> {
  return fc.nat(99).map((n) => n >= 100 - percent);
}
