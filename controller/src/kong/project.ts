import type { CollectionRow } from "../plan/kong/collections.ts";
import type { Field } from "../plan/kong/fields.ts";
import { secretHash } from "../x509/secret-hash.ts";

/** Characters of a field that are kept; of one that is longer, only a hash is. Ours are far shorter. */
const longestField = 64 * 1024;

/**
 * An entity as it is known: cut to the fields that we own, each read so that equal things look equal. A secret field, and
 * one that somebody filled with more than we ever write, is a hash. Somebody may have changed the entity to a shape that
 * we never write: then its fields are what they are, and differ from every entity that we want.
 */
export function projected<E>(row: CollectionRow<E>, answer: object): E {
  const values = answer as Readonly<Record<string, unknown>>;
  const fields = Object.entries<Field>(row.fields)
    .filter(([field]) => values[field] !== undefined)
    .map(([field, { read, secret }]) => [
      field,
      secret === true ? secretHash(values[field]) : bounded(read(values[field])),
    ]);
  return Object.fromEntries(fields) as E;
}

/** True if the answer carries the tag. */
export function carries(tag: string, { tags }: { readonly tags?: unknown }): boolean {
  return Array.isArray(tags) && tags.includes(tag);
}

/** The value, or its hash if it is too long; a list stays a list. */
function bounded(value: unknown): unknown {
  if (sizeOf(value, longestField) <= longestField) return value;
  return Array.isArray(value) ? [secretHash(value)] : secretHash(value);
}

/** The characters and items of a JSON value, counted as far as the limit. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  let size = 1;
  for (const [key, item] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    size += key.length + sizeOf(item, limit - size);
    if (size > limit) break;
  }
  return size;
}
