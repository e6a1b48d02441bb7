import { isTable, type Table, type Value } from "../lua.ts";
import type { Field, Fields, Schema } from "./types.ts";

/** A schema as `GET /schemas/...` shows it: fields and rules as data, without the functions among them. */
export function schemaAsJson(schema: Pick<Schema, "fields" | "entity_checks">): Table {
  return { entity_checks: (schema.entity_checks ?? []).map(dataOf), fields: fieldsAsJson(schema.fields) };
}

function fieldsAsJson(fields: Fields): Value[] {
  return fields.map(([name, field]) => ({ [name]: dataOf(field) }));
}

function dataOf(value: unknown): Value {
  if (!isTable(value)) return value;
  if (Array.isArray(value)) return value.map(dataOf);
  if (isPattern(value)) return value["lua"];
  const data = Object.entries(value).filter(([, item]) => typeof item !== "function" && item !== undefined);
  return Object.fromEntries(
    data.map(([name, item]) => [name, name === "fields" ? fieldsAsJson((value as Field).fields!) : dataOf(item)]),
  );
}

function isPattern(value: Table): boolean {
  return value["regex"] instanceof RegExp;
}
