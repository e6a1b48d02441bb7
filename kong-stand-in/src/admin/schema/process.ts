import { randomUUID } from "node:crypto";

import type { Faults } from "../errors.ts";
import { asList, isObject, isTable, parts, type Table, type Value } from "../lua.ts";
import { fieldsOf, own, recordSchema } from "./fields.ts";
import type { Context, Field, Schema } from "./types.ts";
import { fieldFault } from "./validate.ts";

/** What a request does with an entity. */
export type Operation = "insert" | "update" | "upsert";

/**
 * The request's entity made ready for validation: shorthand fields expanded, ids and times set, sets without
 * duplicates, defaults for what is absent (nothing is filled in for an update). `now` is seconds since 1970.
 * Faults of shorthand fields come back at once, since nothing else is looked at then.
 */
export function processed(
  schema: Schema,
  input: Table,
  operation: Operation,
  context: Context,
  now: number,
): { readonly entity: Table } | { readonly faults: Faults } {
  const entity: Table = { ...input };
  const faults = expandShorthands(schema, entity, context);
  if (faults.size > 0) return { faults };
  for (const [name, field] of fieldsOf(schema, entity)) {
    const value = adjusted(field, automatic(name, field, own(entity, name), operation, now), operation, now, context);
    if (value === undefined) delete entity[name];
    else entity[name] = value;
  }
  return { entity };
}

/** A change laid over the stored entity: records are merged field by field, lists are replaced. */
export function merged(schema: Schema, change: Table, stored: Table): Table {
  const output: Table = { ...stored, ...change };
  for (const [name, field] of fieldsOf(schema, stored)) {
    const over = own(change, name);
    const under = own(stored, name);
    if (over === undefined) output[name] = under;
    else if (field.type === "record" && !field.abstract && isObject(over)) {
      output[name] = merged(recordSchema(field), over, isObject(under) ? under : {});
    } else output[name] = over;
    if (output[name] === undefined) delete output[name];
  }
  return output;
}

function expandShorthands(schema: Schema, entity: Table, context: Context): Faults {
  const faults: Faults = new Map();
  for (const [name, { field, expand }] of Object.entries(schema.shorthand_fields ?? {})) {
    const value = own(entity, name);
    if (value === undefined) continue;
    const fault = fieldFault(field, value, context);
    if (fault !== undefined) faults.set(name, fault);
    else {
      delete entity[name];
      Object.assign(entity, expand(value));
    }
  }
  return faults;
}

function automatic(name: string, field: Field, value: Value, operation: Operation, now: number): Value {
  if (!field.auto) return value;
  if (field.uuid) return value === undefined && operation !== "update" ? randomUUID() : value;
  if (name === "created_at") return value == null && operation !== "update" ? now : value;
  return name === "updated_at" ? now : value;
}

function adjusted(field: Field, value: Value, operation: Operation, now: number, context: Context): Value {
  if (field.abstract) return value;
  if (field.type === "record") {
    const wanted = operation === "update" ? value != null : value !== null && (value !== undefined || field.required);
    const record = wanted ? (value ?? missing(field, now, context)) : value;
    if (wanted && isTable(record)) return adjustedRecord(field, record, operation, now, context);
  } else if (isTable(value)) {
    return adjustedCollection(field, value, operation, now, context);
  }
  return value === undefined && operation !== "update" ? missing(field, now, context) : value;
}

function adjustedRecord(
  field: Field,
  record: Table | Value[],
  operation: Operation,
  now: number,
  context: Context,
): Value {
  const { named, positions } = parts(record);
  if (positions > 0) return record;
  const result = processed(recordSchema(field), named, operation, context, now);
  return "entity" in result ? result.entity : record;
}

function adjustedCollection(
  field: Field,
  value: Table | Value[],
  operation: Operation,
  now: number,
  context: Context,
): Value {
  const inner = field.type === "map" ? field.values : field.elements;
  if (inner === undefined) return value;
  const each = (item: Value): Value => adjusted(inner, item, operation, now, context);
  if (field.type === "map") {
    return Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item)]));
  }
  const list = asList(value);
  if (list === undefined) return value;
  return (field.type === "set" ? [...new Set(list)] : list).map(each);
}

/** What stands in the place of an absent field; undefined is left for a required one, which fails later. */
function missing(field: Field, now: number, context: Context): Value {
  if (field.default !== undefined)
    return Array.isArray(field.default) ? [...(field.default as Value[])] : field.default;
  if (!field.required) return null;
  if (field.type !== "record" || field.abstract) return undefined;
  const result = processed(recordSchema(field), {}, "insert", context, now);
  return "entity" in result ? result.entity : undefined;
}
