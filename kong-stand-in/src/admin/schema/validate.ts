import type { Fault, Faults } from "../errors.ts";
import { asList, entries, fieldOf, isTable, luaText, parts, UnexpectedError, type Table, type Value } from "../lua.ts";
import { runEntityChecks } from "./entity-checks.ts";
import { fieldsOf, findField, own, recordSchema, subschemaOf } from "./fields.ts";
import { processed } from "./process.ts";
import type { Context, Field, Schema } from "./types.ts";
import { isVaultReference, validatorFault } from "./validators.ts";

const REQUIRED = "required field missing";

/**
 * Every fault of the entity: of its fields first, then of the rules about several of them. Empty if it is valid.
 * `positions` is how many unnamed entries came with it, where the request sent a list.
 */
export function entityFaults(schema: Schema, entity: Table, context: Context, positions = 0): Faults {
  const unknown = unknownVariant(schema, entity);
  if (unknown !== undefined) return new Map([[schema.subschema_key!, unknown]]);

  const faults: Faults = new Map();
  const subschema = subschemaOf(schema, entity);
  for (let i = 1; i <= positions; i++) faults.set(i, "unknown field");
  for (const [name, value] of Object.entries(entity)) {
    if (name === "updated_at") continue;
    const field = findField(schema, name, subschema);
    const fault = field === undefined ? "unknown field" : fieldFault(field, value, context);
    if (fault !== undefined) faults.set(name, fault);
  }
  for (const [name, field] of fieldsOf(schema)) {
    const value = own(entity, name);
    if (field.required && (value === null || (context.full && value === undefined))) faults.set(name, REQUIRED);
  }
  runEntityChecks(schema, subschema, entity, context, faults, fieldFault);
  return faults;
}

/** The fault of one value against its field; undefined if it is valid. */
export function fieldFault(field: Field, value: Value, context: Context): Fault | undefined {
  if (value === null) return nullFault(field);
  if (field.eq === null) return field.err ?? "value must be null";
  if (field.referenceable && isVaultReference(value)) return undefined;
  return typeFault(field, value, context) ?? validatorFault(withLength(field), value);
}

/** The faults of a primary key {"id": ...}; other fields beside it do not matter. */
export function primaryKeyFaults(schema: Schema, key: Value, context: Context): Faults {
  const id = fieldOf(key, "id");
  const faults: Faults = new Map();
  const fault = id === undefined || id === false ? "missing primary key" : idFault(schema, id, context);
  if (fault !== undefined) faults.set("id", fault);
  return faults;
}

function unknownVariant(schema: Schema, entity: Table): string | undefined {
  if (schema.subschema_key === undefined || subschemaOf(schema, entity) !== undefined) return undefined;
  const key = own(entity, schema.subschema_key);
  if (key === undefined || key === null) return REQUIRED;
  if (typeof key !== "string" && !isTable(key)) throw new UnexpectedError(`attempt to index a ${typeof key}`);
  const name = typeof key === "string" ? key : luaText(asList(key)?.[0]);
  return (schema.subschema_error ?? "unknown type: %s").replace("%s", name);
}

function idFault(schema: Schema, id: Value, context: Context): Fault | undefined {
  return id === null ? REQUIRED : fieldFault(findField(schema, "id")!, id, context);
}

function nullFault(field: Field): string | undefined {
  if (field.ne === null) return field.err ?? "value must not be null";
  if (field.eq !== undefined && field.eq !== null) return `value must be ${luaText(field.eq)}`;
  return field.required ? REQUIRED : undefined;
}

function typeFault(field: Field, value: Value, context: Context): Fault | undefined {
  switch (field.type) {
    case "array":
    case "set":
      return listFault(field, value, context);
    case "map":
      return mapFault(field, value, context);
    case "record":
      return recordFault(field, value, context);
    case "foreign":
      return foreignFault(field, value, context);
    case "integer":
      return Number.isInteger(value) ? undefined : "expected an integer";
    case "number":
    case "boolean":
    case "string":
      return typeof value === field.type ? undefined : `expected a ${field.type}`;
  }
}

function listFault(field: Field, value: Value, context: Context): Fault | undefined {
  const list = asList(value);
  if (list === undefined) return field.type === "set" ? "expected a set" : "expected an array";
  const element: Field = { ...field.elements!, required: true };
  const faults: Faults = new Map();
  for (const [i, item] of list.entries()) {
    const fault = fieldFault(element, item, context);
    if (fault !== undefined) faults.set(i + 1, fault);
  }
  return faults.size > 0 ? faults : undefined;
}

function mapFault(field: Field, value: Value, context: Context): Fault | undefined {
  if (!isTable(value)) return "expected a map";
  for (const [key, item] of entries(value)) {
    const fault =
      fieldFault({ ...field.keys!, required: true }, key, context) ??
      fieldFault({ ...field.values!, required: true }, item, context);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function recordFault(field: Field, value: Value, context: Context): Fault | undefined {
  if (!isTable(value)) return "expected a record";
  const schema = recordSchema(field);
  const { named, positions } = parts(value);
  const faults = entityFaults(schema, processed(schema, named, "insert", 0), { ...context, full: true }, positions);
  return faults.size > 0 ? faults : undefined;
}

/** A reference is a table with the id; where it has none, faults of its other fields say more than the missing id. */
function foreignFault(field: Field, value: Value, context: Context): Fault | undefined {
  const schema = context.schemaOf(field.reference!);
  if (schema === undefined) return undefined;
  const faults = primaryKeyFaults(schema, value, context);
  if (faults.size === 0) return undefined;
  if (!isTable(value)) return faults;
  const { named, positions } = parts(value);
  const others = entityFaults(schema, named, { ...context, full: false }, positions);
  return others.size > 0 ? others : faults;
}

/** Text must not be empty unless the field says otherwise. */
function withLength(field: Field): Field {
  return field.type === "string" && field.len_min === undefined ? { ...field, len_min: 1 } : field;
}
