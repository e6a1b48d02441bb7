import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attackPlot, benchTable, scalePlot } from "../bench/plots.ts";
import { PROJECT } from "../support/world/project.ts";

const docs = join(PROJECT, "docs");
const page = readFileSync(join(docs, "bench.md"), "utf8");

// Drawn anew from the tables of docs/bench.md: npx vitest run --project unit bench-plots --update
test.each([
  ["bench-scale.svg", scalePlot],
  ["bench-attacks.svg", attackPlot],
])("docs/%s draws the tables of the page", async (name, plot) => {
  await expect(await plot(page)).toMatchFileSnapshot(join(docs, name));
});

test("a table is read by its title", () => {
  const { columns, rows } = benchTable("\na\n┌──┐\n│ (index) │ one │\n├──┤\n│ x │ '1 (2)' │\n└──┘\n\nb\n", "a");
  expect([columns, rows]).toEqual([["one"], [{ name: "x", cells: ["1 (2)"] }]]);
  expect(() => benchTable(page, "no such table")).toThrow('there is no table "no such table"');
});
