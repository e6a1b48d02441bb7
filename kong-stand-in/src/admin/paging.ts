import { hasForeignBytes } from "./bytes.ts";
import type { Database } from "./database.ts";
import { schemaOf } from "./entities/index.ts";
import { invalidOffset, invalidOption, invalidSize } from "./errors.ts";
import { luaNumber, UnexpectedError, type Table, type Value } from "./lua.ts";
import { rowsOf } from "./tables.ts";

/** A page of rows; `offset` is there if more follow. */
export type Page = { readonly rows: readonly Table[]; readonly offset: string | undefined };

type Filter = { readonly tags: readonly string[]; readonly any: boolean };

const DEFAULT_SIZE = 100;
const MAX_SIZE = 1000;

/** One page of a collection in the order of ids; `parent` narrows it to the children of one entity, without tags. */
export function pageOf(
  db: Database,
  collection: string,
  args: Table,
  parent?: { readonly field: string; readonly id: string },
): Page {
  const filter = tagFilter(collection, args["tags"]);
  const size = pageSize(args["size"]);
  const tags = filter && checkedTags(filter);
  const after = args["offset"] === undefined ? undefined : offsetKey(args["offset"]);
  if (after === null) return { rows: [], offset: undefined };
  const id = after === undefined ? undefined : uuidText(after);
  const rows = rowsOf(db.store, collection);
  if (rows === undefined) return { rows: [], offset: undefined };
  if (parent !== undefined) return cut(rows.where(parent.field, parent.id, id), size);
  return cut(tags === undefined ? rows.values(id) : rows.tagged(tags, id), size);
}

/** The size that the arguments ask for. */
function pageSize(given: Value): number {
  if (given === undefined) return DEFAULT_SIZE;
  const size = luaNumber(given);
  if (size === undefined) throw invalidSize("size must be a number");
  if (!Number.isInteger(size) || size < 1 || size > MAX_SIZE) {
    throw invalidSize(`size must be an integer between 1 and ${MAX_SIZE}`);
  }
  return size;
}

/** The key in an offset: null where it has none. Kong's offsets are the last row's key as a JSON list in base64. */
function offsetKey(given: Value): Value {
  if (typeof given !== "string") throw new UnexpectedError("offset must be a string");
  const text = given.replace(/=.*$/s, "");
  if (/[^A-Za-z0-9+/]/.test(text) || text.length % 4 === 1) throw invalidOffset(given, "bad base64 encoding");
  const keys = parsed(Buffer.from(text, "base64").toString());
  if (keys === undefined || keys === false) throw invalidOffset(given, "bad json encoding");
  if (keys === null || keys === true || typeof keys === "number") throw new UnexpectedError("attempt to index a value");
  return Array.isArray(keys) ? ((keys[0] as Value) ?? null) : null;
}

/** The offset that stands for "after this row". */
function offsetOf(key: Value): string {
  return Buffer.from(JSON.stringify([key]))
    .toString("base64")
    .replace(/=+$/, "");
}

/** A key of an offset as an id; the database stumbles over anything else. */
function uuidText(key: Value): string {
  if (typeof key !== "string" || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) {
    throw new UnexpectedError("invalid input syntax for type uuid");
  }
  return key.toLowerCase();
}

function cut(rows: Iterable<Table>, size: number): Page {
  const page: Table[] = [];
  for (const row of rows) {
    if (page.length === size) return { rows: page, offset: offsetOf(page.at(-1)!["id"]) };
    page.push(row);
  }
  return { rows: page, offset: undefined };
}

/** Commas between tags mean all of them, slashes any of them; undefined if the list is not filtered. */
function tagFilter(collection: string, given: Value): Filter | "broken" | undefined {
  if (given === undefined || !schemaOf(collection)?.fields.some(([name]) => name === "tags")) return undefined;
  const text = Array.isArray(given) ? (given[0] as Value) : given;
  if (text === "") throw invalidOption("tags", "cannot be null");
  if (typeof text !== "string" || hasForeignBytes(text)) throw new UnexpectedError("no text to filter by");
  const line = text.replace(/\n$/, "");
  const tags = (separator: string): string[] => text.split(separator);
  if (/^(?:[ -+\-.0-~\u0080-\u{10FFFF}]+(?:,|$))+$/u.test(line)) return { tags: tags(","), any: false };
  if (/^(?:[ -+\-.0-~\u0080-\u{10FFFF}]+(?:\/|$))+$/u.test(line)) return { tags: tags("/"), any: true };
  return "broken";
}

function checkedTags(filter: Filter | "broken"): Filter {
  if (filter === "broken") throw invalidOption("tags", "invalid filter syntax");
  if (filter.tags.length > 5) throw invalidOption("tags", "cannot query more than 5 tags");
  if (filter.tags.some((tag) => tag.includes("\n"))) {
    throw invalidOption("tags", "must only contain printable ascii (except `,` and `/`) or valid utf-8");
  }
  return filter;
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
