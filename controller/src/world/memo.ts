/** Memo that are true until something changes. */
export class Memo {
  readonly #kept = new Map<object, Map<string, unknown>>();

  /** The answer to `what`, found by `answer` unless it is known; `by` is what it depends on beside what may change. */
  get<T>(by: object, what: string, answer: () => T): T {
    const kept = this.#kept.get(by) ?? new Map<string, unknown>();
    this.#kept.set(by, kept);
    if (!kept.has(what)) kept.set(what, answer());
    return kept.get(what) as T;
  }

  /** Something has changed. */
  forget(): void {
    this.#kept.clear();
  }
}
