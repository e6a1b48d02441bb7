import type { Collection } from "../../plan/kong/entities.ts";

/** The place of an entity in Kong. */
export interface Slot {
  readonly collection: Collection;
  readonly id: string;
}

/** The slot as a key of a map. */
export function slotKey({ collection, id }: Slot): string {
  return `${collection}/${id}`;
}

/** The slots, each once. */
export function uniqueSlots(slots: readonly Slot[]): readonly Slot[] {
  return [...new Map(slots.map((slot) => [slotKey(slot), slot])).values()];
}
