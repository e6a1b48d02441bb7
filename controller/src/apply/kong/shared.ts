import type { Collection } from "../../plan/kong/entities.ts";
import type { Slot } from "./slot.ts";

/** What several hosts share, and by entities of which collection they lead to it. */
export const sharedBy = { services: "routes", certificates: "snis" } as const satisfies Partial<
  Record<Collection, Collection>
>;

/** A collection of what several hosts share. */
export type SharedCollection = keyof typeof sharedBy;

/** True for what several hosts share: whoever stops needing it, or leading there, has it looked at. */
export function isShared(slot: Slot): slot is Slot & { readonly collection: SharedCollection } {
  return slot.collection in sharedBy;
}
