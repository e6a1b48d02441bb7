import { randomUUID } from "node:crypto";

import { asList, isObject, isTable, parts, type Table, type Value } from "../lua.ts";
import { fieldsOf, own, recordSchema } from "./fields.ts";
import type { Field, Schema } from "./types.ts";

/** What a request does with an entity. */
export type Operation = "insert" | "update" | "upsert";

/**
 * The request's entity made ready for validation: ids and times set, sets without duplicates, defaults for what is
 * absent (nothing is filled in for an update). `now` is seconds since 1970.
 */
export function processed(schema: Schema, input: Table, operation: Operation, now: number): Table {
  const entity: Table = { ...input };
  for (const [name, field] of fieldsOf(schema, entity)) {
    const value = adjusted(field, automatic(name, field, own(entity, name), operation, now), operation, now);
    if (value === undefined) delete entity[name];
    else entity[name] = value;
  }
  return entity;
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

function automatic(name: string, field: Field, value: Value, operation: Operation, now: number): Value {
  if (!field.auto) return value;
  if (field.uuid) return value === undefined && operation !== "update" ? randomUUID() : value;
  if (name === "created_at") return value == null && operation !== "update" ? now : value;
  return name === "updated_at" ? now : value;
}

function adjusted(field: Field, value: Value, operation: Operation, now: number): Value {
  if (field.abstract) return value;
  if (field.type === "record") {
    const wanted = operation === "update" ? value != null : value !== null && (value !== undefined || field.required);
    const record = wanted ? (value ?? missing(field, now)) : value;
    if (wanted && isTable(record)) return adjustedRecord(field, record, operation, now);
  } else if (isTable(value)) {
    return adjustedCollection(field, value, operation, now);
  }
  return value === undefined && operation !== "update" ? missing(field, now) : value;
}

function adjustedRecord(field: Field, record: Table | Value[], operation: Operation, now: number): Value {
  const { named, positions } = parts(record);
  if (positions > 0) return record;
  return processed(recordSchema(field), named, operation, now);
}

function adjustedCollection(field: Field, value: Table | Value[], operation: Operation, now: number): Value {
  const inner = field.type === "map" ? field.values : field.elements;
  if (inner === undefined) return value;
  const each = (item: Value): Value => adjusted(inner, item, operation, now);
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
function missing(field: Field, now: number): Value {
  if (field.default !== undefined)
    return Array.isArray(field.default) ? [...(field.default as Value[])] : field.default;
  if (!field.required) return null;
  if (field.type !== "record" || field.abstract) return undefined;
  return processed(recordSchema(field), {}, "insert", now);
}
