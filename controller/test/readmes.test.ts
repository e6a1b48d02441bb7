import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";

const sources = join(import.meta.dirname, "../src");

/** The files of the controller whose name ends so, by their paths below its sources, sorted. */
function filesNamed(end: string): readonly string[] {
  return readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(end))
    .sort();
}

/** What the README of a folder says: nothing where there is none. */
function readmeOf(folder: string): string {
  const file = join(sources, folder, "README.md");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

test("each folder with a file of ours has a README, in which that file stands", () => {
  const unnamed = filesNamed(".ts").filter((file) => !readmeOf(dirname(file)).includes(`\`${basename(file)}\``));
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
