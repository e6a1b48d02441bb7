/**
 * Kong is written in Lua, and some of its answers show it: an empty list and an empty object are the same table,
 * errors of a list are kept by position, and tables are printed in Lua's notation. These helpers say such things once.
 */

/** A value as it came in: null is Kong's explicit null, undefined is Lua's nil (the field is absent). */
export type Value = unknown;

/** A body, an entity, or a part of one. */
export type Table = { [key: string]: Value };

/** Kong itself stumbles here, and answers 500 "An unexpected error occurred". */
export class UnexpectedError extends Error {}

/** True for what Lua calls a table: lists and objects. */
export function isTable(value: Value): value is Table | Value[] {
  return typeof value === "object" && value !== null;
}

/** True for a list. */
export function isList(value: Value): value is Value[] {
  return Array.isArray(value);
}

/** True for an object that is no list. */
export function isObject(value: Value): value is Table {
  return isTable(value) && !isList(value);
}

/** The value as a list, if Lua would take it for one: an empty object is an empty list. */
export function asList(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value;
  return isObject(value) && Object.keys(value).length === 0 ? [] : undefined;
}

/** The entries of a list (numbered from 1) or an object. */
export function entries(table: Table | readonly Value[]): readonly (readonly [string | number, Value])[] {
  return Array.isArray(table) ? table.map((item, i) => [i + 1, item] as const) : Object.entries(table);
}

/** A table's named fields, and how many entries it has by position. */
export function parts(table: Table | readonly Value[]): { readonly named: Table; readonly positions: number } {
  return Array.isArray(table) ? { named: {}, positions: table.length } : { named: table as Table, positions: 0 };
}

/** The field of a table; reading a field of a string gives nil, of anything else it is an error in Lua. */
export function fieldOf(value: Value, name: string): Value {
  if (isObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  if (isList(value) || typeof value === "string") return undefined;
  throw new UnexpectedError(`attempt to index a ${typeof value}`);
}

/** False for nil, null, and everything empty. */
export function isNonEmpty(value: Value): boolean {
  if (value === undefined || value === null || value === "") return false;
  return !isTable(value) || entries(value).length > 0;
}

/** A value in the way that Lua's tostring shows it. */
export function luaText(value: Value): string {
  if (value === undefined) return "nil";
  if (value === null) return "userdata: NULL";
  if (isTable(value)) return "table: 0x0";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A number as Lua's tonumber reads it from text: decimal, hexadecimal or binary, blanks around it allowed. */
export function luaNumber(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const based = /^([+-]?)(0[xb][0-9a-f]+)$/i.exec(text);
  if (based === null) return undefined;
  const number = Number(based[2]);
  return Number.isNaN(number) ? undefined : based[1] === "-" ? -number : number;
}

/** Names in quotes: `'a', 'b'`, and lists of names in parentheses. */
export function quotedList(words: readonly (string | readonly string[])[]): string {
  return words.map((word) => (typeof word === "string" ? `'${word}'` : `(${quotedList(word)})`)).join(", ");
}

/** The length of a text in bytes, as Lua counts it. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
