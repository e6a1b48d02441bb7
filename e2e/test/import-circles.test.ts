import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../support/world/project.ts";

// A file that is imported by what it imports can be understood only together with that, types included.

const workspaces = ["crds", "controller", "plugin", "kong-stand-in", "e2e", "image"];

/** The files that each file imports, by their paths below the checkout. */
type Imports = ReadonlyMap<string, readonly string[]>;

test("no file imports itself by way of others", () => {
  const imports = importsWithin(workspaces);
  expect(imports.size).toBeGreaterThan(1_000);
  expect(imports.get("controller/src/main.ts")).toContain("controller/src/controller.ts");
  expect(circleIn(imports)).toEqual([]);
});

test("a circle is found, and told without what leads into it", () => {
  const straight: readonly (readonly [string, readonly string[]])[] = [
    ["a", ["b", "d"]],
    ["b", ["c"]],
    ["c", ["d"]],
  ];
  expect(circleIn(new Map([...straight, ["d", []]]))).toEqual([]);
  expect(circleIn(new Map([...straight, ["d", ["b"]]]))).toEqual(["b", "c", "d", "b"]);
});

function importsWithin(folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map(({ name, parentPath }) => relative(PROJECT, join(parentPath, name)))
      .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file)),
  );
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(PROJECT, file), "utf8");
      const named = [...text.matchAll(/^(?:import|export|\}).*"(\.{1,2}\/[^"]+)";$/gm)].map(([, path = ""]) => path);
      return [file, named.map((path) => join(dirname(file), path))];
    }),
  );
}

/** Files of which each imports the next, the first and the last being the same; empty: there is no such circle. */
function circleIn(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const from = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of imports.get(file) ?? []) {
      const circle = from(next, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = from(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
