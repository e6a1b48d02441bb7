import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const sources = join(import.meta.dirname, "../src");

/** The files of the controller whose name ends so, by their paths below its sources, sorted. */
function filesNamed(end: string): readonly string[] {
  return readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(end))
    .sort();
}

/** The README of the folder, or the next one above that there is. */
function readmeOf(folder: string): string {
  const own = join(folder, "README.md");
  return folder === "." || existsSync(join(sources, own)) ? own : readmeOf(dirname(folder));
}

test("each file stands in the README of its folder, or in the next one above", () => {
  const unnamed = filesNamed(".ts").filter((file) => {
    const readme = readmeOf(dirname(file));
    const text = readFileSync(join(sources, readme), "utf8");
    return ![basename(file), relative(dirname(readme), file)].some((name) => text.includes(`\`${name}\``));
  });
  expect(unnamed).toEqual([]);
});

test("each README says what goes in, what comes out and what never happens", () => {
  const readmes = filesNamed("README.md");
  const silent = readmes.filter((file) => {
    const text = readFileSync(join(sources, file), "utf8");
    return ![/^In: /m, /\bOut: /, /\b[Nn]ever\b/].every((said) => said.test(text));
  });
  expect(silent).toEqual([]);
});
