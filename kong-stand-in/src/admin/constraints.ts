import type { Collection, Store } from "../store.ts";
import { pluginCacheKey } from "../store.ts";
import { SCHEMAS } from "./entities/index.ts";
import { invalidReference, stillReferenced, uniqueViolation } from "./errors.ts";
import { isObject, type Table } from "./lua.ts";
import { own } from "./schema/fields.ts";
import type { Schema } from "./schema/types.ts";
import { KEPT, rowsOf } from "./tables.ts";

/** Refuses a row whose unique value, or unique combination, another row has. */
export function refuseTaken(store: Store, schema: Schema, collection: Collection, row: Table, entity: Table): void {
  const rows = rowsOf(store, collection)!;
  const takenBy = (index: string, value: string): boolean =>
    (rows.find(index, value)?.["id"] ?? row["id"]) !== row["id"];
  if (schema.cache_key && takenBy("cache_key", pluginCacheKey(row as never))) {
    throw uniqueViolation(Object.fromEntries(schema.cache_key.map((name) => [name, row[name] ?? null])));
  }
  for (const [name, field] of schema.fields) {
    const value = field.unique ? row[name] : undefined;
    if (typeof value === "string" && takenBy(name, value)) throw uniqueViolation({ [name]: entity[name] ?? value });
  }
}

/** Refuses references to entities that do not exist. */
export function refuseDangling(store: Store, schema: Schema, entity: Table): void {
  for (const [name, field] of schema.fields) {
    const reference = field.type === "foreign" ? own(entity, name) : undefined;
    if (!isObject(reference)) continue;
    const id = String(reference["id"]);
    if (!rowsOf(store, field.reference!)?.has(id.toLowerCase())) {
      throw invalidReference(name, { id: reference["id"] }, field.reference!);
    }
  }
}

/** Removes a row and those that go with it; refuses, and removes nothing, if one refers to it that does not. */
export function removeWithDependents(store: Store, collection: Collection, id: string): void {
  const dependents = KEPT.flatMap((child) =>
    SCHEMAS[child]!.fields.filter(([, field]) => field.reference === collection).map(([name, field]) => ({
      child,
      cascade: field.on_delete === "cascade",
      rows: [...rowsOf(store, child)!.where(name, id)],
    })),
  );
  const restricting = dependents.find(({ cascade, rows }) => !cascade && rows.length > 0);
  if (restricting !== undefined) throw stillReferenced(collection, restricting.child);
  for (const { child, rows } of dependents) for (const row of rows) store.delete(child, String(row["id"]));
  store.delete(collection, id);
}
