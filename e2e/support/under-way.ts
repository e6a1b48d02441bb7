/**
 * So many requests are under way at most. What is asked for more than it answers has a queue that grows for ever, and in it the
 * controller's own questions wait, too.
 */
const most = 8;

/** The requests of somebody who asks at regular intervals, as long as who is asked keeps up. */
export class UnderWay {
  readonly #requests = new Set<Promise<void>>();

  /** Begins a request, which must not fail, unless as many as may be are under way. */
  begin(request: () => Promise<void>): void {
    if (this.#requests.size >= most) return;
    const begun = request().finally(() => this.#requests.delete(begun));
    this.#requests.add(begun);
  }

  /** Resolves when those that are under way have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#requests);
  }
}
