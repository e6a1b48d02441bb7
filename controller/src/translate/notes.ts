import type { SourceReason } from "@domain-claims/crds/reasons";
import { sourceMessages } from "@domain-claims/crds/messages";
import type { SourceNote } from "../world/source.ts";

/** How many problems of one kind an object's owner is told one by one. */
const mostOfAKind = 20;

/** What an object's owner is to be told, bounded: somebody may write thousands of things that can't be used. */
export class Notes {
  readonly #byReason = new Map<SourceReason, string[]>();
  readonly #left = new Map<SourceReason, number>();

  /** Takes note of a problem. */
  add(reason: SourceReason, message: string): void {
    const messages = this.#byReason.get(reason) ?? [];
    this.#byReason.set(reason, messages);
    if (messages.length < mostOfAKind) messages.push(message);
    else this.#left.set(reason, (this.#left.get(reason) ?? 0) + 1);
  }

  /** All of it. */
  list(): readonly SourceNote[] {
    return [...this.#byReason].flatMap(([reason, messages]) => {
      const left = this.#left.get(reason);
      const all = left === undefined ? messages : [...messages, sourceMessages.andMore(left)];
      return all.map((message) => ({ reason, message }));
    });
  }
}
