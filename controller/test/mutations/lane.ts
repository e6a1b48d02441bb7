import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PlantedBug } from "./planted/bug.ts";
import { TestRunner } from "./test-run.ts";
import type { TestChoice, TestRun } from "./test-run.ts";

/** The checkout, which no lane changes. */
export const checkout = fileURLToPath(new URL("../../../", import.meta.url));

/** What came of one bug: "noticed", or why not. */
export type Verdict =
  "noticed" | "MISSED" | "MISSED (its test did not end)" | "NOT PLANTED (what it replaces is not there once)";

/** A copy of the sources in which bugs are planted one after the other, while other lanes do so in theirs. */
export interface Lane {
  readonly folder: string;
  /** Runs tests on the copy as it is, for so many milliseconds at most. */
  readonly run: (choice: TestChoice, longestMs: number) => Promise<TestRun>;
  /** Plants a bug, runs the test that has to notice it, for so many milliseconds at most, and takes the bug out again. */
  readonly noticed: (bug: PlantedBug, longestMs: number) => Promise<Verdict>;
  /** Ends its processes. */
  readonly stop: () => void;
}

/** The workspaces: a lane has copies of them, and what they import of each other is the copy. */
const workspaces = ["controller", "crds", "plugin", "e2e", "kong-stand-in"];
const files = ["package.json", "package-lock.json", "vitest.config.ts", "tsconfig.base.json"];

/** Makes a lane in a folder, in place of what is there. */
export function laneIn(folder: string): Lane {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of [...workspaces, ...files])
    cpSync(join(checkout, part), join(folder, part), { recursive: true, verbatimSymlinks: true });
  linkPackages(folder);
  const runner = new TestRunner(folder);
  return {
    folder,
    run: (choice, longestMs) => runner.run(choice, longestMs),
    stop: () => {
      runner.stop();
    },
    noticed: async (bug, longestMs) => {
      const path = join(folder, bug.file);
      const original = readFileSync(path, "utf8");
      if (original.split(bug.from).length !== 2) return "NOT PLANTED (what it replaces is not there once)";
      writeFileSync(
        path,
        original.replace(bug.from, () => bug.to),
      );
      try {
        const { file, test, says = "" } = bug.caughtBy;
        const { ended, failed } = await runner.run({ files: [file], tests: [test], changed: [bug.file] }, longestMs);
        if (failed.some(({ name, said }) => name.includes(test) && said.includes(says))) return "noticed";
        return ended ? "MISSED" : "MISSED (its test did not end)";
      } finally {
        writeFileSync(path, original);
      }
    },
  };
}

/** Packages of others are the checkout's. Ours are links to the workspaces beside them: the lane's links lead to its own. */
function linkPackages(folder: string): void {
  const [theirs, own] = [join(checkout, "node_modules"), join(folder, "node_modules")];
  mkdirSync(own);
  // What tools keep in hidden folders is each lane's own.
  for (const entry of readdirSync(theirs, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."))) {
    const [from, to] = [join(theirs, entry.name), join(own, entry.name)];
    if (entry.isSymbolicLink() || entry.name === "@domain-claims")
      cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(from, to);
  }
}
