import type { Collection } from "./entities.ts";

/** What a field that names another entity says of it. */
export interface Reference {
  readonly to: Collection;
  /** True if Kong removes this entity together with the one that it refers to. */
  readonly goesWithIt: boolean;
}

/** A field that we own. */
export interface Field {
  /** How its value is read from an answer of Kong, so that equal things look equal. */
  readonly read: (value: unknown) => unknown;
  /** True if nothing but a hash of it may be kept. */
  readonly secret?: true;
  readonly refersTo?: Reference;
}

/** A value that is what it is. */
export const plain: Field = { read: (value) => value };

/** A value that is known by its hash alone. */
export const secret: Field = { ...plain, secret: true };

/** Texts in an order that matters. */
export const list: Field = { read: texts };

/** As {@link list}, where null is something else than an empty list. */
export const listOrNull: Field = { read: (value) => (value === null ? null : texts(value)) };

/** Texts in any order. */
export const set: Field = { read: (value) => texts(value).toSorted() };

/** An object of lists, of which we own the named ones. */
export function lists(...names: readonly string[]): Field {
  return {
    read: (value) => (isObject(value) ? Object.fromEntries(names.map((name) => [name, texts(value[name])])) : value),
  };
}

/** The id of an entity in another collection. */
export function reference(to: Collection, { goesWithIt }: { readonly goesWithIt: boolean }): Field {
  return { read: (value) => (isObject(value) ? { id: value["id"] } : value), refersTo: { to, goesWithIt } };
}

/** The id that a reference names; "" where somebody left it out. */
export function referredId(value: unknown): string {
  return isObject(value) && typeof value["id"] === "string" ? value["id"] : "";
}

/** An array of strings. Kong writes an empty one as `{}` now and then: Lua has one type for both. */
function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.every(isText) ? value : value.filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
