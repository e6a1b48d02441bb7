import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { EntityBase } from "../src/store.ts";
import { Table } from "../src/table.ts";

type Row = EntityBase & { readonly name: string | null };

const id = fc.integer({ min: 0, max: 40 }).map((number) => `id-${String(number).padStart(2, "0")}`);
const tags = fc.option(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 3 }), { nil: null });
const row: fc.Arbitrary<Row> = fc.record({
  id,
  tags,
  name: fc.constantFrom(null, "x", "y"),
  created_at: fc.constant(1),
  updated_at: fc.constant(1),
});
const history = fc.array(fc.oneof(fc.record({ put: row }), fc.record({ remove: id })), { maxLength: 200 });

/** The same writes to a table and to a plain map. */
function replayed(writes: readonly ({ put: Row } | { remove: string })[]): { table: Table<Row>; rows: Row[] } {
  const table = new Table<Row>({ name: (entity) => entity.name });
  const map = new Map<string, Row>();
  for (const write of writes) {
    if ("put" in write) {
      table.put(write.put);
      map.set(write.put.id, write.put);
    } else {
      table.delete(write.remove);
      map.delete(write.remove);
    }
  }
  return { table, rows: [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

describe("a table answers as a sorted list would, whatever was written to it", () => {
  test("by id, from any place on", () => {
    fc.assert(
      fc.property(history, id, (writes, after) => {
        const { table, rows } = replayed(writes);
        expect([...table.values(after)]).toEqual(rows.filter((entity) => entity.id > after));
        expect(table.size).toBe(rows.length);
      }),
    );
  });

  test("by an index", () => {
    fc.assert(
      fc.property(history, (writes) => {
        const { table, rows } = replayed(writes);
        for (const name of ["x", "y"]) {
          const named = rows.filter((entity) => entity.name === name);
          expect([...table.where("name", name)]).toEqual(named);
          expect([table.find("name", name), table.count("name", name)]).toEqual([named[0], named.length]);
        }
      }),
    );
  });

  test("by tags, all of them or any", () => {
    fc.assert(
      fc.property(
        history,
        id,
        fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }),
        (writes, after, wanted) => {
          const { table, rows } = replayed(writes);
          const later = rows.filter((entity) => entity.id > after);
          const has = (entity: Row) => (tag: string) => entity.tags?.includes(tag) ?? false;
          const all = [...table.tagged({ tags: wanted, any: false }, after)];
          const any = [...table.tagged({ tags: wanted, any: true }, after)];
          expect(all).toEqual(later.filter((entity) => wanted.every(has(entity))));
          expect(any).toEqual(later.filter((entity) => wanted.some(has(entity))));
        },
      ),
    );
  });

  test("with thousands of rows in any order", () => {
    const table = new Table<Row>({ name: (entity) => entity.name });
    const ids = Array.from({ length: 5000 }, (_, i) => String((i * 7919) % 5000).padStart(4, "0"));
    for (const each of ids) table.put({ id: each, tags: ["t"], name: null, created_at: 1, updated_at: 1 });
    for (const each of ids.slice(0, 2500)) table.delete(each);
    expect([...table.tagged({ tags: ["t"], any: false })].map((entity) => entity.id)).toEqual(ids.slice(2500).sort());
  });
});
