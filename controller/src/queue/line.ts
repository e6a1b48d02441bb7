import { FairQueue } from "./fair-queue.ts";
import type { Taken } from "./fair-queue.ts";

/** Keys that wait for one of so many places, of which a group has some at most. */
export class Line {
  readonly #queue: FairQueue;
  readonly #placesPerGroup: number;
  #free: number;
  readonly #takenBy = new Map<string | undefined, number>();

  constructor(groupOf: (key: string) => string | undefined, places: number, placesPerGroup = places) {
    this.#queue = new FairQueue(groupOf);
    this.#free = places;
    this.#placesPerGroup = placesPerGroup;
  }

  /** The number of keys that wait. */
  get size(): number {
    return this.#queue.size;
  }

  /** Since when the key that came first among those that wait has waited; undefined where none waits. */
  get oldest(): number | undefined {
    return this.#queue.oldest;
  }

  /** Puts the key in line, unless it is there already; `now` is any clock's time. */
  add(key: string, now: number): void {
    this.#queue.add(key, now);
  }

  /** Takes the key out of the line, if it is there. */
  remove(key: string): void {
    this.#queue.remove(key);
  }

  /** Gives a place to the key whose turn it is; undefined if no place is free for any. */
  begin(): Taken | undefined {
    if (this.#free === 0) return undefined;
    const next = this.#queue.take((group) => (this.#takenBy.get(group) ?? 0) < this.#placesPerGroup);
    if (next === undefined) return undefined;
    this.#free -= 1;
    this.#takenBy.set(next.group, (this.#takenBy.get(next.group) ?? 0) + 1);
    return next;
  }

  /** Takes the place of a key of the group back. */
  end(group: string | undefined): void {
    this.#free += 1;
    const others = (this.#takenBy.get(group) ?? 1) - 1;
    if (others > 0) this.#takenBy.set(group, others);
    else this.#takenBy.delete(group);
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#queue.clear();
  }
}
