import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const docs = new URL("../../docs/", import.meta.url);
const page = readFileSync(new URL("attacks.md", docs), "utf8");

/** The cells of each row of the page's tables, heads left out. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (what was tried|-)/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

/** A test as a cell names it: its file, as a link, and the beginning of its title. */
const named = /^\[`(?<name>[^`]+)`\]\((?<file>[^)]+)\): (?<title>.+)$/;

const tests = rows.flatMap((cells) =>
  (cells[3] ?? "").split("<br>").map((text) => named.exec(text)?.groups ?? { text }),
);

test("every attack says what happens now, and by which tests it is held", () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const [, attack = "", now = "", by = ""] of rows) {
    expect(now, attack).not.toBe("");
    expect(by, attack).not.toBe("");
  }
});

test.each(tests)("the test that is named exists: $file: $title", ({ name = "", file = "", title = "" }) => {
  const path = new URL(file, docs);
  expect(file.endsWith(`/${name}`) && existsSync(path)).toBe(true);
  const text = readFileSync(path, "utf8");
  const words = title.replaceAll(/\\([\\*|_<>])/g, "$1");
  expect([`"${words}`, `\`${words}`].some((begun) => text.includes(begun))).toBe(true);
});
