import type { RouteHost } from "@domain-claims/crds/hostname";
import { referencesOf } from "../../plan/kong/collections.ts";
import type { CollectionTable, ReferenceField } from "../../plan/kong/collections.ts";
import type { Collection, Entities } from "../../plan/kong/entities.ts";
import { referredId } from "../../plan/kong/fields.ts";
import { MultiMap } from "./multi-map.ts";
import { slotKey } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** What an entity refers to; `part` if Kong removes it with that. */
export interface Referred extends Slot {
  readonly part: boolean;
}

/** Which entities concern a host, and which refer to another, by the rows of the table. */
export class EntityIndex {
  readonly #table: CollectionTable;
  readonly #references: ReadonlyMap<Collection, readonly ReferenceField[]>;
  readonly #byHost = new MultiMap<string, string>();
  readonly #byReference = new MultiMap<string, string>();

  constructor(table: CollectionTable) {
    this.#table = table;
    const collections = Object.keys(table) as Collection[];
    this.#references = new Map(collections.map((collection) => [collection, referencesOf(table, collection)]));
  }

  /** Takes an entity in. */
  add<C extends Collection>(collection: C, entity: Entities[C]): void {
    for (const host of this.hostsOf(collection, entity)) this.#byHost.add(within(collection, host), entity.id);
    for (const to of this.referredBy(collection, entity)) {
      this.#byReference.add(within(collection, slotKey(to)), entity.id);
    }
  }

  /** Forgets it, as it was when it was taken in. */
  delete<C extends Collection>(collection: C, entity: Entities[C]): void {
    for (const host of this.hostsOf(collection, entity)) this.#byHost.delete(within(collection, host), entity.id);
    for (const to of this.referredBy(collection, entity)) {
      this.#byReference.delete(within(collection, slotKey(to)), entity.id);
    }
  }

  /** The ids in the collection that concern the host. */
  forHost(collection: Collection, host: RouteHost): Iterable<string> {
    return this.#byHost.get(within(collection, host));
  }

  /** The ids in the collection that refer to the slot. */
  referrers(collection: Collection, to: Slot): Iterable<string> {
    return this.#byReference.get(within(collection, slotKey(to)));
  }

  /** True if something in the collection refers to the slot. */
  isReferredTo(collection: Collection, to: Slot): boolean {
    return this.#byReference.has(within(collection, slotKey(to)));
  }

  /** The slots of everything that Kong removes with the one at the slot. */
  partsOf(slot: Slot): readonly Slot[] {
    return [...this.#references].flatMap(([collection, references]) =>
      references.some(({ to, goesWithIt }) => goesWithIt && to === slot.collection)
        ? [...this.referrers(collection, slot)].map((id) => ({ collection, id }))
        : [],
    );
  }

  /** The hosts that an entity concerns. */
  hostsOf<C extends Collection>(collection: C, entity: Entities[C]): readonly RouteHost[] {
    return this.#table[collection].hosts?.(entity) ?? [];
  }

  /** What an entity refers to. */
  referredBy<C extends Collection>(collection: C, entity: Entities[C]): readonly Referred[] {
    return (this.#references.get(collection) ?? []).map(({ field, to, goesWithIt }) => {
      const value = (entity as unknown as Readonly<Record<string, unknown>>)[field];
      return { collection: to, id: referredId(value), part: goesWithIt };
    });
  }
}

function within(collection: Collection, key: string): string {
  return `${collection} ${key}`;
}
