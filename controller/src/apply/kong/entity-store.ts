import { inOrder } from "../../plan/kong/collections.ts";
import type { CollectionTable } from "../../plan/kong/collections.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import { slotKey } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** Entities by collection and id, and which of them are younger than a moment. */
export class EntityStore {
  readonly #entities: ReadonlyMap<Collection, Map<string, Entities[Collection]>>;
  readonly #written = new Map<string, number>();
  /** How many writes of a slot have no answer yet. */
  readonly #underWay = new Map<string, number>();
  #sequence = 0;
  #writes = 0;

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
    return this.#writes;
  }

  /** Notes that the slot was written just now. */
  noteWrite(slot: Slot): void {
    this.#writes += 1;
    this.#mark(slotKey(slot));
  }

  /** Notes that a write of the slot begins. Until {@link endWrite} it counts as written after every moment. */
  beginWrite(slot: Slot): void {
    const key = slotKey(slot);
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
  }

  /** Notes that a write of the slot has its answer, or gets none. */
  endWrite(slot: Slot): void {
    const key = slotKey(slot);
    const left = (this.#underWay.get(key) ?? 0) - 1;
    if (left > 0) this.#underWay.set(key, left);
    else this.#underWay.delete(key);
    this.#mark(key);
  }

  /** A moment to ask {@link writtenSince} for; earlier ones can't be asked for any more. */
  moment(): number {
    this.#written.clear();
    return this.#sequence;
  }

  /** True if the slot was written after the moment, or is being written. */
  writtenSince(slot: Slot, moment: number): boolean {
    const key = slotKey(slot);
    return this.#underWay.has(key) || (this.#written.get(key) ?? 0) > moment;
  }

  /** From now on the slot counts as written after every moment before. */
  #mark(key: string): void {
    this.#written.set(key, ++this.#sequence);
  }

  #of<C extends Collection>(collection: C): Map<string, Entities[C]> {
    return this.#entities.get(collection) as unknown as Map<string, Entities[C]>;
  }
}
