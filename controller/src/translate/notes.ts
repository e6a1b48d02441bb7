import type { SourceReason } from "@domain-claims/crds/reasons";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import { shownShort } from "@domain-claims/crds/visible";
import type { SourceNote } from "../world/source.ts";

/** Which path of which host a note is about. */
type Place = Required<Pick<SourceNote, "host" | "path">>;

/** How many problems of one kind an object's owner is told one by one. */
const mostOfAKind = 20;

/** What an object's owner is to be told, bounded: somebody may write thousands of things that can't be used. */
export class Notes {
  readonly #byReason = new Map<SourceReason, SourceNote[]>();
  readonly #left = new Map<SourceReason, number>();

  /** Takes note of a problem, of one path or of the whole object. */
  add(reason: SourceReason, message: string, place?: Place): void {
    const notes = this.#byReason.get(reason) ?? [];
    this.#byReason.set(reason, notes);
    if (notes.length < mostOfAKind) notes.push({ reason, message, ...place });
    else this.#left.set(reason, (this.#left.get(reason) ?? 0) + 1);
  }

  /** All of it. */
  list(): readonly SourceNote[] {
    return [...this.#byReason].flatMap(([reason, notes]) => {
      const left = this.#left.get(reason);
      return left === undefined ? notes : [...notes, { reason, message: sourceMessages.andMore(left) }];
    });
  }
}

/** A text as it is kept for people. It is a copy: a part of a long text would keep the whole in memory. */
export function shortened(text: string): string {
  return Buffer.from(shownShort(text, Buffer.byteLength(text))).toString();
}
