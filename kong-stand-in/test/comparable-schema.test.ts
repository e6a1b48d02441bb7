import { expect, test } from "vitest";
import { comparableSchema } from "../conformance/replay.ts";

test("a schema is the same whether or not its worker has checked a text before, and whatever its descriptions say", () => {
  const name = { type: "string", unique: true };
  const seen = { fields: [{ name: { ...name, len_min: 1, description: "The name." } }, { tag: { len_min: 2 } }] };
  const unseen = { fields: [{ name }, { tag: { len_min: 2 } }] };
  expect(comparableSchema(seen)).toEqual(unseen);
  expect(comparableSchema({ fields: [{ description: { type: "string" } }] })).toEqual({
    fields: [{ description: { type: "string" } }],
  });
});
