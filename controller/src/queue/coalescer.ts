/** Keys that are handed on together when a turn of the event loop is over, each once. */
export class Coalescer {
  readonly #keys = new Set<string>();
  readonly #handOn: (key: string) => void;

  constructor(handOn: (key: string) => void) {
    this.#handOn = handOn;
  }

  /** Has the key handed on after this turn. */
  add(key: string): void {
    if (this.#keys.size === 0) {
      setImmediate(() => {
        const keys = [...this.#keys];
        this.#keys.clear();
        for (const gathered of keys) this.#handOn(gathered);
      });
    }
    this.#keys.add(key);
  }
}
