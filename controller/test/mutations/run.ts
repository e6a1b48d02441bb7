/**
 * Plants every bug of planted.ts, one by one, in a copy of the sources, and runs the test that has to notice. Ends with 1
 * if one is not noticed, or if what a bug replaces does not stand in the sources any more.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plantedBugs } from "./planted.ts";
import type { PlantedBug } from "./planted/bug.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const copy = join(project, ".build/mutations");

rmSync(copy, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
// The projects that the controller's refers to are needed to load it.
const parts = [
  ...["controller", "crds", "plugin", "e2e", "kong-stand-in"],
  ...["package.json", "vitest.config.ts", "tsconfig.base.json"],
];
for (const part of parts) {
  cpSync(join(project, part), join(copy, part), { recursive: true });
}
symlinkSync(join(project, "node_modules"), join(copy, "node_modules"));

for (const file of new Set(plantedBugs.map(({ caughtBy }) => caughtBy.file))) {
  const failing = failedTests(tested(file));
  if (failing.length > 0) throw new Error(`without any bug, ${file} fails already: ${failing.join("; ")}`);
}
let missed = 0;
for (const [i, bug] of plantedBugs.entries()) {
  const verdict = noticed(bug);
  if (verdict !== "noticed") missed += 1;
  console.log(`${String(i + 1)}/${String(plantedBugs.length)} ${verdict}: ${bug.name} (${bug.caughtBy.test})`);
}
rmSync(copy, { recursive: true, force: true });
console.log(
  `${String(plantedBugs.length)} bugs planted, ${String(plantedBugs.length - missed)} noticed, ${String(missed)} missed`,
);
process.exitCode = missed === 0 ? 0 : 1;

function noticed(bug: PlantedBug): string {
  const path = join(copy, bug.file);
  const original = readFileSync(path, "utf8");
  if (original.split(bug.from).length !== 2) return "NOT PLANTED (the code it changes is not there once)";
  writeFileSync(
    path,
    original.replace(bug.from, () => bug.to),
  );
  const failing = failedTests(tested(bug.caughtBy.file));
  writeFileSync(path, original);
  return failing.some((name) => name.includes(bug.caughtBy.test)) ? "noticed" : "MISSED";
}

/** Runs a test file on the copy; the path of the report. */
function tested(file: string): string {
  const vitest = join(project, "node_modules/vitest/vitest.mjs");
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const args = ["run", "--root", copy, "--project", "unit*", "--reporter", "json", "--outputFile", report, file];
  const env = { ...process.env, HISTORIES: "1500" };
  spawnSync(process.execPath, [vitest, ...args], { stdio: "ignore", timeout: 120_000, env });
  return report;
}

function failedTests(path: string): readonly string[] {
  // A bug by which a test never ends was not noticed by it, but by whoever waited.
  if (!existsSync(path)) return [];
  const report = JSON.parse(readFileSync(path, "utf8")) as {
    readonly testResults: readonly {
      readonly status: string;
      readonly message: string;
      readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
    }[];
  };
  // A file that can't be loaded fails without any test: that notices nothing.
  const unloaded = report.testResults
    .filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0)
    .map(({ message }) => message);
  const failed = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed")
    .map(({ fullName }) => fullName);
  return [...unloaded, ...failed];
}
