/** What a history did and what it broke, written down while it plays. */
export class Chronicle {
  /** What happened, in order. */
  readonly log: string[] = [];
  /** How often each kind of fault struck. */
  readonly faults = new Map<string, number>();
  /** Sentences about what was broken. */
  readonly violations: string[] = [];

  /** Something happened: a word for what, and to whom. */
  note(what: string, whom: string): void {
    this.log.push(`${what} ${whom}`);
  }

  /** A fault struck. */
  count(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }
}
