import type { RouteHost } from "@domain-claims/crds/hostname";
import { collectionTable } from "../../plan/kong/collections.ts";
import type { CollectionTable } from "../../plan/kong/collections.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import type { Pieces } from "../../world/pieces.ts";
import { EntityIndex } from "./entity-index.ts";
import { EntityStore } from "./entity-store.ts";
import { PendingRoutes, UnknownSlots } from "./marks.ts";
import { uniqueSlots } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** Entities of a listing that are looked at before others may have their turn. */
const piece = 100;

/** What a change of the actual state touches. */
export interface Touched {
  readonly hosts: readonly RouteHost[];
  /** The entities that changed, and those of which a part changed: what Kong removes with an entity is a part of it. */
  readonly changed: readonly Slot[];
  /** What the changed ones refer to, or did. */
  readonly targets: readonly Slot[];
  /** True where it was not known before what Kong has: nobody else need have changed anything. */
  readonly wasUnknown: boolean;
}

/**
 * What Kong has of ours: as listed, and since then as written. Only what is in here is ever changed or deleted. Entities
 * are as the client reads them: of a secret there is nothing but its hash.
 */
export class ActualState {
  readonly table: CollectionTable;
  readonly pending = new PendingRoutes();
  /** The hosts whose first routes are being written. */
  readonly arriving = new Set<RouteHost>();
  /** To which services the routes of hosts led, as decisions knew, before those were written that are being written. */
  readonly ledBefore = new Map<RouteHost, readonly string[]>();
  readonly #store: EntityStore;
  readonly #index: EntityIndex;
  readonly #unknown = new UnknownSlots();

  constructor(table: CollectionTable = collectionTable) {
    this.table = table;
    this.#store = new EntityStore(table);
    this.#index = new EntityIndex(table);
  }

  /** The entity with the id; undefined: none is known. */
  get<C extends Collection>(collection: C, id: string): Entities[C] | undefined {
    return this.#store.get(collection, id);
  }

  /** The entities of a collection that concern the host. */
  forHost<C extends Collection>(collection: C, host: RouteHost): readonly Entities[C][] {
    return [...this.#index.forHost(collection, host)].flatMap((id) => this.#store.get(collection, id) ?? []);
  }

  /** The hosts that the entities of a collection concern, each as often as there are such entities. */
  *hosts(collection: Collection): Generator<RouteHost> {
    for (const id of this.#store.ids(collection)) {
      const entity = this.#store.get(collection, id);
      if (entity !== undefined) yield* this.#index.hostsOf(collection, entity);
    }
  }

  /** The ids in the collection `from` that refer to the slot; with an id of "", those that refer to nothing. */
  referrers(from: Collection, to: Slot): readonly string[] {
    return [...this.#index.referrers(from, to)];
  }

  /** True if something in the collection `from` refers to the slot. */
  isReferredTo(from: Collection, to: Slot): boolean {
    return this.#index.isReferredTo(from, to);
  }

  /** The number of entities in a collection. */
  count(collection: Collection): number {
    return this.#store.count(collection);
  }

  /** How many writes have been taken in. */
  get writes(): number {
    return this.#store.writes;
  }

  /** Takes in a write whose answer was lost: Kong may have the entity so, or otherwise, or not at all. */
  markUnknown<C extends Collection>(collection: C, entity: Entities[C]): Touched {
    const touched = this.set(collection, entity);
    this.#unknown.add({ collection, id: entity.id });
    return touched;
  }

  /** True if it is not known what Kong has for the id. */
  isUnknown(collection: Collection, id: string): boolean {
    return this.#unknown.has({ collection, id });
  }

  /** True if of some entity of the collection it is not known what Kong has. */
  hasUnknown(collection: Collection): boolean {
    return this.#unknown.hasAny(collection);
  }

  /**
   * Makes a write. Until it is answered Kong may have the entity, and what goes with it, as before or as after it: what a
   * listing has of them is no drift. Throws what the write throws.
   */
  async writing(slot: Slot, write: () => Promise<void>): Promise<void> {
    const slots = [slot, ...this.#index.partsOf(slot)];
    for (const one of slots) this.#store.beginWrite(one);
    try {
      await write();
    } finally {
      for (const one of slots) this.#store.endWrite(one);
    }
  }

  /** Takes in what was written, or read. */
  set<C extends Collection>(collection: C, entity: Entities[C]): Touched {
    this.#store.noteWrite({ collection, id: entity.id });
    return this.#put(collection, entity.id, entity);
  }

  /** Takes in what was removed, and all that Kong removes with it. */
  delete(collection: Collection, id: string): Touched {
    this.#store.noteWrite({ collection, id });
    const gone = this.#put(collection, id, undefined);
    const parts = this.#index.partsOf({ collection, id }).map((part) => this.delete(part.collection, part.id));
    return {
      hosts: [...new Set([gone, ...parts].flatMap(({ hosts }) => hosts))],
      changed: uniqueSlots([gone, ...parts].flatMap(({ changed }) => changed)),
      targets: uniqueSlots([gone, ...parts].flatMap(({ targets }) => targets)),
      wasUnknown: gone.wasUnknown,
    };
  }

  /** Marks the moment at which a listing begins. */
  beginListing(): number {
    return this.#store.moment();
  }

  /**
   * Takes in a whole listing of a collection, which began at the moment `since`: what it has otherwise than it is known, and
   * what it lacks, is drift, unless it was written meanwhile, or not known.
   */
  *takeListing<C extends Collection>(
    collection: C,
    pages: Iterable<readonly Entities[C][]>,
    since: number,
  ): Pieces<readonly Touched[]> {
    const touched: Touched[] = [];
    const listed = new Set<string>();
    for (const page of pages) {
      for (const entity of page) {
        if (listed.size % piece === 0) yield;
        listed.add(entity.id);
        if (this.#isNews(collection, entity, since)) touched.push(this.#put(collection, entity.id, entity));
      }
    }
    let looked = 0;
    for (const id of this.#store.ids(collection)) {
      if (++looked % piece === 0) yield;
      if (listed.has(id) || this.#store.writtenSince({ collection, id }, since)) continue;
      touched.push(this.#put(collection, id, undefined));
    }
    return touched;
  }

  #isNews<C extends Collection>(collection: C, entity: Entities[C], since: number): boolean {
    const slot = { collection, id: entity.id };
    if (this.#store.writtenSince(slot, since)) return false;
    const known = this.#unknown.has(slot) ? undefined : this.#store.get(collection, entity.id);
    return known === undefined || changedFields(known, known, entity) !== undefined;
  }

  #put<C extends Collection>(collection: C, id: string, entity: Entities[C] | undefined): Touched {
    const before = this.#store.put(collection, id, entity);
    const wasUnknown = this.#unknown.has({ collection, id });
    this.#unknown.delete({ collection, id });
    if (before !== undefined) this.#index.delete(collection, before);
    if (entity !== undefined) this.#index.add(collection, entity);
    const both = [before, entity].filter((one) => one !== undefined);
    const referred = both.flatMap((one) => this.#index.referredBy(collection, one));
    return {
      hosts: [...new Set(both.flatMap((one) => this.#index.hostsOf(collection, one)))],
      changed: uniqueSlots([{ collection, id }, ...referred.filter(({ part }) => part)]),
      targets: uniqueSlots(referred.filter(({ part }) => !part)),
      wasUnknown,
    };
  }
}
