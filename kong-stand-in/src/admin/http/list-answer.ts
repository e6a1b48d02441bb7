import { namesOf } from "../certificates.ts";
import type { Database } from "../database.ts";
import { SCHEMAS } from "../entities/index.ts";
import { isTable, luaText, UnexpectedError, type Table, type Value } from "../lua.ts";
import { pageOf } from "../paging.ts";
import { answerOf } from "../rows.ts";
import type { Call } from "./call.ts";
import { json, type Answer } from "./message.ts";

/**
 * One page of a collection. The link to the next page keeps size and tags, unless the list is that of a parent's
 * children.
 */
export function listAnswer(
  db: Database,
  call: Call,
  collection: string,
  of?: { readonly parent: string; readonly field: string; readonly id: string },
): Answer {
  const more = of === undefined ? linkArguments(call.uri) : "";
  const page = pageOf(db, collection, call.uri, of);
  const schema = SCHEMAS[collection];
  const data = page.rows.map((row) => entityOf(db, collection, schema === undefined ? row : answerOf(schema, row), of));
  const path =
    of === undefined ? `/${collection}` : `/${of.parent}/${String(call.parameters[of.parent])}/${collection}`;
  return json(200, { data, ...nextPage(path, page.offset, more) });
}

/** The offset of the next page and the link to it; `next` is null on the last page. */
function nextPage(path: string, offset: string | undefined, more = ""): Table {
  if (offset === undefined) return { next: null };
  return { offset, next: `${path}?offset=${encodeURIComponent(offset)}${more}` };
}

/** The arguments that a link keeps, as sent. Kong stumbles over those that are no plain text. */
function linkArguments(uri: Table): string {
  const tags = uri["tags"];
  const size = uri["size"];
  if (size !== undefined && (isTable(size) || typeof size === "boolean")) {
    throw new UnexpectedError("attempt to concatenate a value");
  }
  const tag: Value = Array.isArray(tags) ? tags[0] : tags;
  const tagPart = tags === undefined ? "" : `&tags=${encodeURIComponent(luaText(tag).toWellFormed())}`;
  return `${tagPart}${size === undefined ? "" : `&size=${luaText(size)}`}`;
}

/** Certificates have the names of their SNIs in the list of all, but not in a list below another entity. */
function entityOf(db: Database, collection: string, row: Table, of: unknown): Table {
  return collection === "certificates" && of === undefined ? { ...row, snis: namesOf(db, String(row["id"])) } : row;
}
