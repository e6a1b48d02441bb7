import type { Matcher } from "./matcher.ts";

/** Matchers in the order in which they are tried. */
export class Bucket {
  #matchers: Matcher[] = [];

  get size(): number {
    return this.#matchers.length;
  }

  at(index: number): Matcher | undefined {
    return this.#matchers[index];
  }

  add(matcher: Matcher): void {
    this.#matchers.splice(this.#place(matcher), 0, matcher);
  }

  remove(matcher: Matcher): void {
    const place = this.#place(matcher);
    if (this.#matchers[place]?.id === matcher.id) this.#matchers.splice(place, 1);
  }

  /** The first place whose matcher is not tried before the given one. */
  #place(matcher: Matcher): number {
    let low = 0;
    let high = this.#matchers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isTriedBefore(this.#matchers[middle]!, matcher)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The larger priority first, among equals the larger UUID. */
export function isTriedBefore(one: Matcher, other: Matcher): boolean {
  if (one.priority.high !== other.priority.high) return one.priority.high > other.priority.high;
  if (one.priority.low !== other.priority.low) return one.priority.low > other.priority.low;
  return one.id > other.id;
}
