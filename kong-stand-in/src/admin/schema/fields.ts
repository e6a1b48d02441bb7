import { asList, fieldOf, type Table, type Value } from "../lua.ts";
import type { Field, Fields, Schema, Subschema } from "./types.ts";

/** The variant of the schema that the entity's subschema key names; a list names it by its first known member. */
export function subschemaOf(schema: Schema, entity: Table): Subschema | undefined {
  if (schema.subschemas === undefined || schema.subschema_key === undefined) return undefined;
  const key = own(entity, schema.subschema_key);
  const names = typeof key === "string" ? [key] : (asList(key) ?? []);
  for (const name of names) {
    if (typeof name === "string" && Object.hasOwn(schema.subschemas, name)) return schema.subschemas[name];
  }
  return undefined;
}

/** The field's definition: the variant's own if it has one. */
export function findField(schema: Schema, name: string, subschema?: Subschema): Field | undefined {
  const field = lookUp(schema.fields, name);
  return field === undefined ? undefined : ((subschema && lookUp(subschema.fields, name)) ?? field);
}

/** All fields in order, as the entity's variant has them. */
export function fieldsOf(schema: Schema, entity?: Table): Fields {
  const subschema = entity && subschemaOf(schema, entity);
  return subschema === undefined
    ? schema.fields
    : schema.fields.map(([name, field]) => [name, lookUp(subschema.fields, name) ?? field] as const);
}

/** The definition at a dotted name such as "config.access". */
export function fieldAt(schema: Schema, name: string, subschema?: Subschema): Field | undefined {
  const [head, ...rest] = name.split(".");
  let field = findField(schema, head!, subschema);
  for (const part of rest) field = field?.fields && lookUp(field.fields, part);
  return field;
}

/** The value at a dotted name; a number or a boolean on the way is what Kong stumbles over. */
export function valueAt(entity: Table, name: string): Value {
  let value: Value = entity;
  for (const part of name.split(".")) value = value === undefined || value === null ? undefined : fieldOf(value, part);
  return value;
}

/** A record's schema: it has no variants. */
export function recordSchema(field: Field): Schema {
  return {
    name: "record",
    fields: field.fields ?? [],
    ...(field.entity_checks && { entity_checks: field.entity_checks }),
  };
}

/** The entity's own field; a name that every object has ("constructor") is none. */
export function own(entity: Table, name: string): Value {
  return Object.hasOwn(entity, name) ? entity[name] : undefined;
}

const indexes = new WeakMap<Fields, ReadonlyMap<string, Field>>();

function lookUp(fields: Fields, name: string): Field | undefined {
  let index = indexes.get(fields);
  if (index === undefined) {
    index = new Map(fields);
    indexes.set(fields, index);
  }
  return index.get(name);
}
