import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkout, laneIn } from "./lane.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "domain-claims-lanes-")));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All files and links below a folder; what a link leads to is not looked into. */
function below(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    return entry.isDirectory() ? below(inside) : [inside];
  });
}

test(
  "no lane shares a file with another one or with the checkout, whatever link leads there, save others' packages",
  { tags: "long" },
  () => {
    const [one, two] = [laneIn(join(folder, "1")), laneIn(join(folder, "2"))];
    const packages = join(checkout, "node_modules") + sep;
    const [own, shared]: [string[], string[]] = [[], []];
    for (const path of below(one.folder)) (realpathSync(path).startsWith(one.folder + sep) ? own : shared).push(path);
    expect(own).toContain(join(one.folder, "node_modules/@domain-claims/crds"));
    expect(shared.filter((path) => !realpathSync(path).startsWith(packages))).toEqual([]);

    const identity = (root: string, path: string): number | undefined =>
      statSync(join(root, relative(one.folder, path)), { throwIfNoEntry: false })?.ino;
    const sources = own.filter((path) => path.endsWith(".ts"));
    expect(sources.length).toBeGreaterThan(500);
    for (const path of sources)
      expect(
        [two.folder, checkout].map((root) => identity(root, path)),
        path,
      ).not.toContain(identity(one.folder, path));
  },
);
