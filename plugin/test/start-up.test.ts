import { join } from "node:path";

import { build } from "esbuild";
import { expect, test } from "vitest";

/** What takes long to load, and is needed by few commands. */
const heavy = [
  "@oclif/core",
  "js-yaml",
  "@kubernetes/client-node",
  ...["hostname", "idna", "messages", "suffix"].map((name) => `@domain-claims/crds/${name}`),
];

/** The files and packages that are loaded with a file: what it imports, but not what it loads when that is needed. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const root = join(import.meta.dirname, "..");
  const { metafile } = await build({
    entryPoints: [join(root, "src", entry)],
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    metafile: true,
    write: false,
    outdir: "out",
    platform: "node",
    format: "esm",
    packages: "external",
  });
  const loaded = new Set<string>();
  const visit = (output: string): void => {
    if (loaded.has(output)) return;
    loaded.add(output);
    for (const { path, kind } of metafile.outputs[output]?.imports ?? []) if (kind === "import-statement") visit(path);
  };
  const start = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === `src/${entry}`);
  visit(start?.[0] ?? "");
  return [...loaded];
}

test.each(["main.ts", "cli/run.ts"])("%s loads nothing heavy on the way to a command", async (entry) => {
  const loaded = await loadedWith(entry);
  expect(loaded.filter((name) => heavy.some((one) => name === one || name.startsWith(`${one}/`)))).toEqual([]);
  expect(loaded.length).toBeGreaterThan(1);
});
