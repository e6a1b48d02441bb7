/** A bug that somebody could write, and the test that has to notice it. */
export interface PlantedBug {
  readonly name: string;
  /** Below the checkout. */
  readonly file: string;
  /** What stands there once, and what it becomes. */
  readonly from: string;
  readonly to: string;
  readonly caughtBy: CaughtBy;
}

/** The test file, and a part of the name of the test that fails. */
export interface CaughtBy {
  readonly file: string;
  readonly test: string;
  /** A part of what it says, where the test looks at many things; absent: whatever it says. */
  readonly says?: string;
}
