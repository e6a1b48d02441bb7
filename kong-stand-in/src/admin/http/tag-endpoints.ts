import type { Database } from "../database.ts";
import { tags as schema } from "../entities/tags.ts";
import { invalidUnique, schemaViolation } from "../errors.ts";
import { isTable, UnexpectedError, type Table } from "../lua.ts";
import { offsetKeys, offsetOf, pageSize, uuidText } from "../paging.ts";
import { isUuid } from "../schema/validators.ts";
import { tagFault } from "../schema/text.ts";
import { KEPT, rowsOf } from "../tables.ts";
import type { Call } from "./call.ts";
import { unescaped } from "./form.ts";
import { linkArguments, nextPage } from "./list-answer.ts";
import { json, type Answer } from "./message.ts";
import type { Endpoint } from "./routing.ts";

type TagRow = {
  readonly entity_name: string;
  readonly entity_id: string;
  readonly tag: string;
  readonly place: number;
};

/** `/tags` and `/tags/:tags`: every tag of every entity, in the order of the entities' ids. Writing is refused. */
export function tagEndpoints(db: Database): readonly Endpoint[] {
  const refuse = (): Answer => {
    throw schemaViolation(new Map([["tags", "does not support insert/upsert/update/delete operations"]]));
  };
  return [
    { path: "/tags", schema, methods: { GET: (call) => allTags(db, call), POST: refuse } },
    {
      path: "/tags/:tags",
      schema,
      methods: {
        GET: (call) => oneTag(db, call),
        PUT: writing(refuse),
        PATCH: writing(refuse),
        DELETE: writing(refuse),
      },
    },
  ];
}

/** A tag shaped like an id is refused; any other is looked for in a column that does not exist. */
function writing(refuse: () => Answer): (call: Call) => Answer {
  return (call) => {
    const tag = unescaped(String(call.parameters["tags"]));
    if (isUuid(tag)) return refuse();
    const fault = tagFault(tag);
    if (fault !== undefined) throw invalidUnique("tag", fault);
    throw new UnexpectedError("column does not exist");
  };
}

function allTags(db: Database, call: Call): Answer {
  const more = linkArguments(call.uri);
  const size = pageSize(call.uri["size"]);
  const [id, place] = offset(call);
  const rows = id === null ? [] : tagRows(db, id, Number(place ?? Infinity));
  const { page, last } = take(rows, size);
  const next = last && offsetOf([last.entity_id, last.place]);
  return json(200, { data: page.map(tagAnswer), ...nextPage("/tags", next, more) });
}

function oneTag(db: Database, call: Call): Answer {
  const raw = String(call.parameters["tags"]);
  const tag = unescaped(raw);
  const size = isTable(call.uri["size"]) ? pageSize("") : pageSize(call.uri["size"]);
  const fault = tagFault(tag);
  if (fault !== undefined) throw invalidUnique("tag", fault);
  const [id] = offset(call);
  const { page, last } = take(id === null ? [] : rowsWithTag(db, tag, id), size);
  const next = last && offsetOf([last.entity_id]);
  return json(200, { data: page.map(tagAnswer), ...nextPage(`/tags/${raw}`, next) });
}

function offset(call: Call): readonly [string | undefined | null, unknown] {
  const given = call.uri["offset"];
  if (given === undefined) return [undefined, undefined];
  const [id, place] = offsetKeys(given);
  return [id === null ? null : uuidText(id), place];
}

/** The tags after one entity's tag at a place; that entity's own later tags come first. */
function* tagRows(db: Database, after: string | undefined, place: number): Generator<TagRow> {
  const here = after === undefined ? [] : KEPT.map((kind) => [kind, rowsOf(db.store, kind)!.get(after)] as const);
  for (const [kind, row] of here) if (row !== undefined) yield* tagsOf(kind, row, place);
  const lists = KEPT.map((kind) => ({ kind, rows: rowsOf(db.store, kind)!.values(after) }));
  for (const [kind, row] of inOrder(lists)) yield* tagsOf(kind, row, 0);
}

function* rowsWithTag(db: Database, tag: string, after: string | undefined): Generator<TagRow> {
  const filter = { tags: [tag], any: false };
  const lists = KEPT.map((kind) => ({ kind, rows: rowsOf(db.store, kind)!.tagged(filter, after) }));
  for (const [kind, row] of inOrder(lists)) {
    yield { entity_name: kind, entity_id: String(row["id"]), tag, place: 0 };
  }
}

function* tagsOf(kind: string, row: Table, after: number): Generator<TagRow> {
  const tags = (row["tags"] ?? []) as readonly string[];
  for (const [i, tag] of tags.entries()) {
    if (i + 1 > after) yield { entity_name: kind, entity_id: String(row["id"]), tag, place: i + 1 };
  }
}

/** Merges lists that are each in the order of ids. */
function* inOrder(
  lists: readonly { readonly kind: string; readonly rows: Iterable<Table> }[],
): Generator<[string, Table]> {
  const heads = lists.map(({ kind, rows }) => ({
    kind,
    rows: rows[Symbol.iterator](),
    next: undefined as Table | undefined,
  }));
  for (const head of heads) head.next = head.rows.next().value as Table | undefined;
  for (;;) {
    const waiting = heads.filter(({ next }) => next !== undefined);
    if (waiting.length === 0) return;
    const first = waiting.reduce((a, b) => (String(a.next!["id"]) <= String(b.next!["id"]) ? a : b));
    yield [first.kind, first.next!];
    first.next = first.rows.next().value as Table | undefined;
  }
}

function take(rows: Iterable<TagRow>, size: number): { readonly page: TagRow[]; readonly last: TagRow | undefined } {
  const page: TagRow[] = [];
  for (const row of rows) {
    if (page.length === size) return { page, last: page.at(-1) };
    page.push(row);
  }
  return { page, last: undefined };
}

function tagAnswer({ entity_name, entity_id, tag }: TagRow): Table {
  return { entity_name, entity_id, tag };
}
