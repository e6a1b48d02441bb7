/** One call of the Admin API: path with query, time in milliseconds since 1970. */
export type RecordedCall = { readonly method: string; readonly path: string; readonly time: number };

const MOST = 500_000;
const READS: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/** The calls that the Admin API got, in order, for tests that say "exactly these writes". The oldest of very many go. */
export class CallLog {
  #calls: RecordedCall[] = [];

  /** Every call since the start or the last clear. */
  all(): readonly RecordedCall[] {
    return [...this.#calls];
  }

  /** The calls that can change something, as "METHOD path". */
  writes(): readonly string[] {
    return this.#calls.filter(({ method }) => !READS.includes(method)).map(({ method, path }) => `${method} ${path}`);
  }

  clear(): void {
    this.#calls = [];
  }

  record(call: RecordedCall): void {
    if (this.#calls.length >= MOST) this.#calls.splice(0, MOST / 2);
    this.#calls.push(call);
  }
}
