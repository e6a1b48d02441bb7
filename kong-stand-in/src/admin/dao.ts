import type { Collection } from "../store.ts";
import { SCHEMAS, schemaOf } from "./entities/index.ts";
import * as errors from "./errors.ts";
import { isTable, luaText, parts, UnexpectedError, type Table, type Value } from "./lua.ts";
import { resolveReferences } from "./references.ts";
import { answerOf, rowOf } from "./rows.ts";
import { findField, own } from "./schema/fields.ts";
import { merged, processed, type Operation } from "./schema/process.ts";
import { expanded } from "./schema/shorthands.ts";
import type { Context, Schema } from "./schema/types.ts";
import { entityFaults, fieldFault } from "./schema/validate.ts";
import { isUuid } from "./schema/validators.ts";
import { rowsOf } from "./tables.ts";
import { refuseTaken, refuseDangling, removeWithDependents } from "./constraints.ts";
import type { Database } from "./database.ts";

/** Where an entity is found: by its id, or by the field that its kind is named by in paths. */
export type Key = { readonly field: string; readonly value: string };

const CREATE: Context = { full: true, updating: false, schemaOf };
const CHANGE: Context = { full: false, updating: true, schemaOf };

/**
 * The key that a text in a path stands for: an id if it has the shape of one, else a name. Throws a Refusal for a name where
 * entities of the kind have none: Kong finds a certificate by the names of its SNIs, which is not imitated.
 */
export function keyOf(collection: string, text: string): Key {
  if (isUuid(text)) return { field: "id", value: text };
  const name = SCHEMAS[collection]!.endpoint_key;
  if (name === undefined) throw new errors.Refusal(400, { message: `${collection} are found by their ids alone` });
  return { field: name, value: text };
}

/** The entity with the key; undefined if there is none. */
export function select(db: Database, collection: string, key: Key): Table | undefined {
  const schema = SCHEMAS[collection]!;
  refuseBadKey(schema, key);
  const row = find(db, collection, key);
  return row && answerOf(schema, row);
}

/** Creates an entity (POST). */
export function insert(db: Database, collection: Collection, body: Value): Table {
  const schema = SCHEMAS[collection]!;
  const { entity, positions } = ready(db, schema, body, "insert");
  resolveReferences(db, schema, entity);
  refuseFaults(entityFaults(schema, entity, CREATE, positions));
  if (entity["id"] === null) throw errors.primaryKeyViolation({ id: null });
  const row = rowOf(schema, entity);
  if (rowsOf(db.store, collection)?.has(String(row["id"]))) throw errors.primaryKeyViolation({ id: entity["id"] });
  return write(db, schema, collection, row, entity);
}

/** Changes some fields of an entity (PATCH). */
export function update(db: Database, collection: Collection, key: Key, body: Value): Table {
  const schema = SCHEMAS[collection]!;
  refuseBadKey(schema, key);
  const { entity: change, positions } = ready(db, schema, body, "update");
  const before = find(db, collection, key);
  if (before === undefined) throw missing(key);
  const entity = merged(schema, change, answerOf(schema, before));
  resolveReferences(db, schema, entity);
  refuseFaults(entityFaults(schema, entity, CHANGE, positions));
  // The statement that Kong sends looks for the id of the change itself, so another id there is nobody's or another's.
  const target = key.field === "id" ? String(entity["id"]).toLowerCase() : String(before["id"]);
  if (!rowsOf(db.store, collection)?.has(target)) throw missing(key);
  return write(db, schema, collection, { ...rowOf(schema, entity), id: target }, entity);
}

/** Creates or replaces an entity (PUT). */
export function upsert(db: Database, collection: Collection, key: Key, body: Value): Table {
  const schema = SCHEMAS[collection]!;
  refuseBadKey(schema, key);
  const { entity, positions } = ready(db, schema, body, "upsert");
  const before = find(db, collection, key);
  if (key.field !== "id") entity[key.field] = key.value;
  resolveReferences(db, schema, entity);
  refuseFaults(entityFaults(schema, entity, CREATE, positions));
  const named = { [key.field]: key.value };
  if (key.field !== "id" && entity["id"] === null) throw errors.primaryKeyViolation(named);
  const row = rowOf(schema, key.field === "id" ? { ...entity, id: key.value } : entity);
  if (before !== undefined) row["id"] = before["id"];
  else if (rowsOf(db.store, collection)?.has(String(row["id"]))) throw errors.primaryKeyViolation(named);
  return write(db, schema, collection, row, entity);
}

/** Removes an entity, if there is one (DELETE), with what must go with it; refuses if others need it. */
export function remove(db: Database, collection: Collection, key: Key): void {
  refuseBadKey(SCHEMAS[collection]!, key);
  const row = find(db, collection, key);
  if (row !== undefined) removeWithDependents(db.store, collection, String(row["id"]));
}

function find(db: Database, collection: string, key: Key): Table | undefined {
  const rows = rowsOf(db.store, collection);
  return key.field === "id" ? rows?.get(key.value.toLowerCase()) : rows?.find(key.field, key.value);
}

function ready(
  db: Database,
  schema: Schema,
  body: Value,
  operation: Operation,
): { readonly entity: Table; readonly positions: number } {
  if (!isTable(body)) throw new UnexpectedError(`entity must be a table, not ${luaText(body)}`);
  const { named, positions } = parts(body);
  const result = expanded(schema, named, operation === "update" ? CHANGE : CREATE);
  if ("faults" in result) throw errors.schemaViolation(result.faults);
  return { entity: processed(schema, result.entity, operation, db.now()), positions };
}

function write(db: Database, schema: Schema, collection: Collection, row: Table, entity: Table): Table {
  refuseTaken(db.store, schema, collection, row, entity);
  refuseDangling(db.store, schema, entity);
  db.store.put(collection, row as never);
  return answerOf(schema, row);
}

function refuseFaults(faults: errors.Faults): void {
  if (faults.size > 0) throw errors.schemaViolation(faults);
}

function refuseBadKey(schema: Schema, key: Key): void {
  if (key.field === "id") return;
  const fault = fieldFault(findField(schema, key.field)!, key.value, CREATE);
  if (fault !== undefined) throw errors.invalidUnique(key.field, fault as string);
}

function missing(key: Key): errors.Refusal {
  const named = { [key.field]: key.value };
  return key.field === "id" ? errors.notFound(named) : errors.notFoundByField(named);
}

/** A reference's id, as a key. */
export function referenceKey(entity: Table, field: string): Key | undefined {
  const reference = own(entity, field);
  return isTable(reference) ? { field: "id", value: String((reference as Table)["id"]) } : undefined;
}
