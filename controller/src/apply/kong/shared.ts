import type { Collection } from "../../plan/kong/entities.ts";
import type { KongContext } from "./context.ts";
import type { Slot } from "./slot.ts";

/** What several hosts share, and by entities of which collection they lead to it. */
export const sharedBy = { services: "routes", certificates: "snis" } as const satisfies Partial<
  Record<Collection, Collection>
>;

/** A collection of what several hosts share. */
export type SharedCollection = keyof typeof sharedBy;

/** The place of what several hosts share. */
export type SharedSlot = Slot & { readonly collection: SharedCollection };

/** True for what several hosts share. */
export function isShared(slot: Slot): slot is SharedSlot {
  return slot.collection in sharedBy;
}

/** True if no host needs it, and nothing of ours is known to lead there. */
export function isUnneeded({ actual, desired }: Pick<KongContext, "actual" | "desired">, slot: SharedSlot): boolean {
  return !desired.isNeeded(slot) && !actual.isReferredTo(sharedBy[slot.collection], slot);
}

/** Has those looked at that several hosts share and that are needed no longer. */
export function reviewUnneeded(
  context: Pick<KongContext, "actual" | "desired" | "review">,
  slots: readonly Slot[],
): void {
  for (const slot of slots) {
    const exists = context.actual.get(slot.collection, slot.id) !== undefined;
    if (exists && isShared(slot) && isUnneeded(context, slot)) context.review(slot);
  }
}
