import { expect, test } from "vitest";
import { projected } from "../../src/kong/project.ts";
import { collectionTable } from "../../src/plan/kong/collections.ts";
import { route } from "./examples.ts";

test("a field that somebody filled with more than we ever write is known by its hash, and a list stays a list", () => {
  const long = "x".repeat(1_000_000);
  const seen = { ...route, name: long, paths: [`/${long}`], tags: ["ours", long], headers: { a: [long] } };
  const known = projected(collectionTable.routes, seen);
  expect(JSON.stringify(known).length).toBeLessThan(2_000);
  expect(known).toMatchObject({
    name: expect.stringMatching(/^hash:/),
    paths: [expect.stringMatching(/^hash:/)],
    tags: [expect.stringMatching(/^hash:/)],
  });
  expect(projected(collectionTable.routes, { ...seen, paths: [`/${long}`] })).toEqual(known);
  expect(projected(collectionTable.routes, { ...seen, paths: [`/${long}y`] })).not.toEqual(known);
});

test("what is known is read to the same", () => {
  expect(projected(collectionTable.routes, projected(collectionTable.routes, route))).toEqual(route);
});
