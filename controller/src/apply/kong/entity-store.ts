import { inOrder } from "../../plan/kong/collections.ts";
import type { CollectionTable } from "../../plan/kong/collections.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import { slotKey } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** Entities by collection and id, and which of them are younger than a moment. */
export class EntityStore {
  readonly #entities: ReadonlyMap<Collection, Map<string, Entities[Collection]>>;
  readonly #written = new Map<string, number>();
  #sequence = 0;

  constructor(table: CollectionTable) {
    this.#entities = new Map(inOrder(table).map((collection) => [collection, new Map()]));
  }

  /** The entity with the id; undefined: none is known. */
  get<C extends Collection>(collection: C, id: string): Entities[C] | undefined {
    return this.#of(collection).get(id);
  }

  /** Puts the entity there, or nothing; returns what was there; undefined: there was none. */
  put<C extends Collection>(collection: C, id: string, entity: Entities[C] | undefined): Entities[C] | undefined {
    const entities = this.#of(collection);
    const before = entities.get(id);
    if (entity === undefined) entities.delete(id);
    else entities.set(id, entity);
    return before;
  }

  /** The ids in a collection. */
  ids(collection: Collection): IterableIterator<string> {
    return this.#of(collection).keys();
  }

  /** The number of entities in a collection. */
  count(collection: Collection): number {
    return this.#of(collection).size;
  }

  /** How many writes have been noted. */
  get writes(): number {
    return this.#sequence;
  }

  /** Notes that the slot was written just now. */
  noteWrite(slot: Slot): void {
    this.#written.set(slotKey(slot), ++this.#sequence);
  }

  /** A moment to ask {@link writtenSince} for; earlier ones can't be asked for any more. */
  moment(): number {
    this.#written.clear();
    return this.#sequence;
  }

  /** True if the slot was written after the moment. */
  writtenSince(slot: Slot, moment: number): boolean {
    return (this.#written.get(slotKey(slot)) ?? 0) > moment;
  }

  #of<C extends Collection>(collection: C): Map<string, Entities[C]> {
    return this.#entities.get(collection) as unknown as Map<string, Entities[C]>;
  }
}
