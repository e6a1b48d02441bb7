/**
 * One call and what matters of its answer: of an object the named fields, of a list every entry.
 * `$S1` and the like are ids of this run, `$name` is a text of this run; `$CERT1`/`$KEY1` and `$CERT2`/`$KEY2` are pairs.
 */
export type Step = {
  readonly call: string;
  readonly body?: unknown;
  /** The body's type; JSON unless given. */
  readonly type?: string;
  readonly status: number;
  readonly answer?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A fact about the Admin API as a sentence, and the calls that show it; they start from nothing of their own. */
export type Fact = { readonly fact: string; readonly steps: readonly Step[] };
