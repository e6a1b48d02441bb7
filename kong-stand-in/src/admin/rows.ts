import { hasForeignBytes } from "./bytes.ts";
import { isObject, isTable, UnexpectedError, type Table, type Value } from "./lua.ts";
import { own } from "./schema/fields.ts";
import type { Field, Schema } from "./schema/types.ts";

/** The last second that PostgreSQL's timestamps can hold. */
const LAST_SECOND = 9_224_318_015_999;

/**
 * The validated entity as PostgreSQL would give it back: every stored field, ids in lower case, references as ids.
 * What the database would not take (a NUL, broken UTF-8, a number beyond its columns) is an unexpected error.
 */
export function rowOf(schema: Schema, entity: Table): Table {
  const row: Table = {};
  for (const [name, field] of schema.fields) {
    if (!field.transient) row[name] = stored(field, own(entity, name) ?? null);
  }
  return row;
}

/** A stored row as it is answered: fields that are never stored are null. */
export function answerOf(schema: Schema, row: Table): Table {
  const transient = schema.fields.filter(([, field]) => field.transient);
  return transient.length === 0 ? row : { ...row, ...Object.fromEntries(transient.map(([name]) => [name, null])) };
}

function stored(field: Field, value: Value): Value {
  refuseUnstorable(field, value);
  if (field.uuid && typeof value === "string") return value.toLowerCase();
  if (field.type === "foreign" && isObject(value)) return { id: String(value["id"]).toLowerCase() };
  if (field.elements?.uuid && Array.isArray(value)) return value.map((id) => String(id).toLowerCase());
  if (isObject(value) && (field.type === "array" || field.type === "set")) return [];
  return Array.isArray(value) && (field.type === "map" || field.type === "record") ? {} : value;
}

function refuseUnstorable(field: Field, value: Value): void {
  if (typeof value === "string" && (value.includes("\0") || hasForeignBytes(value))) {
    throw new UnexpectedError("invalid byte sequence for encoding");
  }
  if (typeof value === "number" && (field.timestamp ? value > LAST_SECOND : Math.abs(value) >= 2 ** 63)) {
    throw new UnexpectedError("value out of range");
  }
  if (isTable(value)) for (const item of Object.values(value)) refuseUnstorable(field, item);
}
