import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../support/world/project.ts";

const workspaces = ["crds", "controller", "plugin", "kong-stand-in", "e2e", "image"];

/** The files below a folder whose name ends so, by their paths below the checkout, sorted. */
function filesBelow(folder: string, end: string): readonly string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith(end) && !/\/(node_modules|dist)\//.test(file))
    .sort();
}

/** What the README of a folder says: nothing where there is none. */
function readmeOf(folder: string): string {
  const file = join(PROJECT, folder, "README.md");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

test("each folder of the controller with a file of ours has a README, in which that file stands", () => {
  const files = filesBelow("controller/src", ".ts");
  expect(files).toContain("controller/src/main.ts");
  expect(files.filter((file) => !readmeOf(dirname(file)).includes(`\`${basename(file)}\``))).toEqual([]);
});

test("each README of a folder with code says what goes in, what comes out and what never happens", () => {
  const folders = workspaces
    .flatMap((workspace) => filesBelow(workspace, "/README.md"))
    .map((file) => dirname(file))
    .filter((folder) => filesBelow(folder, ".ts").length > 0);
  expect(folders).toContain("controller/src/plan/kong");
  const silent = folders.filter(
    (folder) => ![/\bIn: /, /\bOut:\s/, /\b[Nn]ever\b/].every((said) => said.test(readmeOf(folder))),
  );
  expect(silent).toEqual([]);
});
