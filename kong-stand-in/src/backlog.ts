import type { Change } from "./store.ts";

/** Changes that wait to be taken over: of several of one entity what they come to, so it holds each entity once. */
export class Backlog {
  #waiting = new Map<string, Change>();

  add(change: Change): void {
    const key = `${change.collection} ${(change.after ?? change.before)!.id}`;
    const earlier = this.#waiting.get(key);
    this.#waiting.delete(key);
    const whole = earlier === undefined ? change : ({ ...change, before: earlier.before } as Change);
    if (whole.before !== undefined || whole.after !== undefined) this.#waiting.set(key, whole);
  }

  /** All that wait, the ones changed last at the end; none waits afterwards. */
  take(): readonly Change[] {
    const taken = [...this.#waiting.values()];
    this.#waiting.clear();
    return taken;
  }
}
