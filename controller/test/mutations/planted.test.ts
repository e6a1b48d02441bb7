import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plantedBugs } from "./planted.ts";

const project = join(import.meta.dirname, "../../..");

test("what each planted bug replaces stands in the sources once, and so it can be planted", () => {
  const notOnce = plantedBugs.filter(
    ({ file, from }) => readFileSync(join(project, file), "utf8").split(from).length !== 2,
  );
  expect(notOnce.map(({ name }) => name)).toEqual([]);
});

test("no two planted bugs have one name, and the test file of each is there", () => {
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
  const missing = plantedBugs.filter(({ caughtBy }) => !existsSync(join(project, caughtBy.file)));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
