import type { EntityBase } from "./entities.ts";
import { Groups } from "./groups.ts";
import { SortedKeys } from "./sorted-keys.ts";

/** Which entities a list is about: those with all of the tags, or with any of them. */
export type TagFilter = { readonly tags: readonly string[]; readonly any: boolean };

/** Secondary indexes: for each name the value under which an entity is found, null where it is in none. */
export type Indexes<E> = Readonly<Record<string, (entity: E) => string | null>>;

/** One collection: entities by id in order, found as well by the values of its indexes and by tag. */
export class Table<E extends EntityBase> {
  #rows = new Map<string, E>();
  #ids = new SortedKeys();
  #indexes: ReadonlyMap<string, { readonly valueOf: (entity: E) => string | null; readonly keys: Groups }>;
  #tags = new Groups();

  constructor(indexes: Indexes<E>) {
    this.#indexes = new Map(Object.entries(indexes).map(([name, valueOf]) => [name, { valueOf, keys: new Groups() }]));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): E | undefined {
    return this.#rows.get(id);
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** All entities in the order of their ids, or those after an id. */
  values(after?: string): Generator<E> {
    return this.#read(this.#ids.after(after));
  }

  /** The entities that an index holds under the value, in the order of their ids, or those after an id. */
  where(index: string, value: string, after?: string): Generator<E> {
    return this.#read(this.#index(index).keys.after(value, after));
  }

  /** The first entity that an index holds under the value. */
  find(index: string, value: string): E | undefined {
    const id = this.#index(index).keys.next(value, undefined);
    return id === undefined ? undefined : this.#rows.get(id);
  }

  /** How many entities an index holds under the value. */
  count(index: string, value: string): number {
    return this.#index(index).keys.size(value);
  }

  /** The entities that pass a tag filter, in the order of their ids, or those after an id. */
  tagged(filter: TagFilter, after?: string): Generator<E> {
    return this.#read(filter.any ? this.#withAny(filter.tags, after) : this.#withAll(filter.tags, after));
  }

  /** Writes an entity, in place of the one with its id; returns that one. */
  put(entity: E): E | undefined {
    const before = this.delete(entity.id);
    this.#rows.set(entity.id, entity);
    this.#ids.add(entity.id);
    for (const { valueOf, keys } of this.#indexes.values()) keys.add(valueOf(entity), entity.id);
    for (const tag of entity.tags ?? []) this.#tags.add(tag, entity.id);
    return before;
  }

  /** Removes the entity with the id; returns it. */
  delete(id: string): E | undefined {
    const before = this.#rows.get(id);
    if (before === undefined) return undefined;
    this.#rows.delete(id);
    this.#ids.delete(id);
    for (const { valueOf, keys } of this.#indexes.values()) keys.delete(valueOf(before), id);
    for (const tag of before.tags ?? []) this.#tags.delete(tag, id);
    return before;
  }

  *#read(ids: Iterable<string>): Generator<E> {
    for (const id of ids) {
      const entity = this.#rows.get(id);
      if (entity !== undefined) yield entity;
    }
  }

  #index(name: string): { readonly keys: Groups } {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`no index "${name}"`);
    return index;
  }

  /** Walks the rarest of the tags, so that a page costs what the rarest tag holds at most. */
  *#withAll(tags: readonly string[], after: string | undefined): Generator<string> {
    const rarest = tags.toSorted((a, b) => this.#tags.size(a) - this.#tags.size(b))[0]!;
    for (const id of this.#tags.after(rarest, after)) {
      const own = this.#rows.get(id)?.tags ?? [];
      if (tags.every((tag) => own.includes(tag))) yield id;
    }
  }

  /** Merges the ids of the tags: always the smallest next one. */
  *#withAny(tags: readonly string[], after: string | undefined): Generator<string> {
    for (let last = after; ;) {
      const next = tags.map((tag) => this.#tags.next(tag, last)).filter((id) => id !== undefined);
      if (next.length === 0) return;
      last = next.reduce((a, b) => (a < b ? a : b));
      yield last;
    }
  }
}
