import { isTable, luaNumber, type Table, type Value } from "../lua.ts";
import { fieldsOf, own } from "../schema/fields.ts";
import type { Field, Schema } from "../schema/types.ts";
import type { RawArgument, RawArguments } from "./form.ts";

/** A table while it is built: numbers are positions; a value may be such a table itself. */
type Nest = Map<string | number, Value>;

function isNest(value: Value): value is Nest {
  return value instanceof Map;
}

/**
 * The arguments of a query or a form as an entity: `tags[]=a`, `tags[1]=a`, `service.name=x`, `service[name]=x` are
 * nested, and texts become what the schema says the field is. `writes` is false for GET and DELETE, where a name in
 * brackets is no nesting (https://developer.konghq.com/admin-api/, "supported content types").
 */
export function decodedArguments(raw: RawArguments, schema: Schema | undefined, writes: boolean): Table {
  const nest: Nest = new Map();
  for (const [name, value] of raw) combine(nest, nested(name, value, writes));
  return inferred(plain(nest) as Table, schema);
}

/** Texts turned into what the schema's fields are; an empty text is null. */
export function inferred(entity: Table, schema: Schema | undefined): Table {
  if (schema === undefined) return entity;
  const known: Table = { ...entity };
  for (const [name, field] of fieldsOf(schema, entity)) {
    const value = own(entity, name);
    if (value !== undefined && value !== false) known[name] = inferredValue(field, value);
  }
  for (const [name, { field }] of Object.entries(schema.shorthand_fields ?? {})) {
    const value = own(entity, name);
    if (value !== undefined) known[name] = inferredValue(field, value);
  }
  return known;
}

function inferredValue(field: Field, value: Value): Value {
  if (value === "" || value === null || value === undefined) return null;
  switch (field.type) {
    case "number":
    case "integer":
      return luaNumber(value) ?? value;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "array":
    case "set":
      return isTable(value) && !Array.isArray(value)
        ? value
        : (Array.isArray(value) ? value : [value]).map((item) => inferredValue(field.elements!, item));
    case "map":
      return inferredFields(value, () => field.values);
    case "record":
      return field.abstract ? value : inferredFields(value, (name) => new Map(field.fields).get(name));
    default:
      return value;
  }
}

function inferredFields(value: Value, fieldOf: (name: string) => Field | undefined): Value {
  if (!isTable(value) || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const field = fieldOf(name);
      return [name, field === undefined ? item : inferredValue(field, item)];
    }),
  );
}

/** One argument as a table of its own. */
function nested(name: string, value: RawArgument, writes: boolean): Nest {
  if (/^\.+|\.$/.test(name)) return new Map([["name", value]]);
  const segments = name.match(/(?:[^.](?:\[[^\]]*\])*)+/g) ?? [name];
  const root: Nest = new Map();
  let place = root;
  for (const [i, segment] of segments.entries()) {
    const path = pathOf(segment, writes);
    for (const key of path.slice(0, -1)) place = descend(place, key);
    if (i < segments.length - 1) place = descend(place, path.at(-1)!);
    else put(place, path.at(-1)!, value);
  }
  return root;
}

/** `a[b][2][]` as its keys: a name, a position, or "" for "at the end". */
function pathOf(segment: string, writes: boolean): readonly (string | number)[] {
  const at = segment.indexOf("[", 1);
  if (at < 0) return [segment];
  const keys = [...segment.slice(at).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!);
  if (keys.length === 0 || (!writes && keys.some((key) => luaNumber(key) === undefined && key !== "")))
    return [segment];
  return [segment.slice(0, at), ...keys.map((key) => luaNumber(key) ?? key)];
}

function descend(place: Nest, key: string | number): Nest {
  const known = place.get(key === "" ? 1 : key);
  if (isNest(known)) return known;
  const next: Nest = new Map();
  place.set(key === "" ? 1 : key, next);
  return next;
}

function put(place: Nest, key: string | number, value: RawArgument): void {
  if (key !== "") place.set(key, value);
  else for (const item of Array.isArray(value) ? value : [value]) place.set(place.size + 1, item);
}

function combine(to: Nest, from: Nest): void {
  for (const [key, value] of from) {
    const known = to.get(key);
    if (known === undefined) to.set(key, value);
    else if (isNest(known) && isNest(value)) combine(known, value);
    else to.set(key, joined(known, value));
  }
}

function joined(known: Value, value: Value): Nest {
  const list: Nest = isNest(known) ? known : new Map([[1, known]]);
  list.set(list.size + 1, value);
  return list;
}

function plain(value: Value): Value {
  if (!isNest(value)) return value;
  const items = [...value].map(([key, item]) => [key, plain(item)] as const);
  const inOrder = items.toSorted(([a], [b]) => Number(a) - Number(b));
  const isList = items.length > 0 && inOrder.every(([key], i) => key === i + 1);
  return isList ? inOrder.map(([, item]) => item) : Object.fromEntries(items.map(([key, item]) => [String(key), item]));
}
