/**
 * Runs unit tests of the checkout in which it stands, one choice of them after the other, for who has forked this process: vitest
 * is started once, and has read what no bug is planted in.
 */
import { join } from "node:path";
import { createVitest } from "vitest/node";
import type { TestCase, TestModule } from "vitest/node";
import type { Failure, TestAnswer, TestChoice } from "./test-run.ts";

const root = join(import.meta.dirname, "../../..");
const vitest = await createVitest("test", {
  ...{ root, project: ["unit*"], watch: false, reporters: [{}] },
  // What a bug leaves behind in a process is gone with it.
  isolate: true,
});
await vitest.standalone();

process.on("message", (choice: TestChoice) => void answer(choice));
process.once("disconnect", () => process.exit());

async function answer({ files, tests, changed }: TestChoice): Promise<void> {
  vitest.setGlobalTestNamePattern(new RegExp(tests.map(patternOf).join("|")));
  forget(changed);
  const specifications = await vitest.globTestSpecifications(files.map((file) => join(root, file)));
  const { testModules } = await vitest.runTestSpecifications(specifications);
  forget(changed);
  const found: TestAnswer = {
    failed: testModules.flatMap(failures),
    milliseconds: testModules.map((module) => [module.relativeModuleId, module.diagnostic().duration]),
  };
  process.send?.(found);
}

/** A regular expression for a text: what isn't a letter, a digit or a space may be anything. */
function patternOf(text: string): string {
  return text.replaceAll(/[^\w ]/g, ".");
}

/** The files stand otherwise in the sources than when they were read. */
function forget(files: readonly string[]): void {
  for (const file of files) vitest.invalidateFile(join(root, file));
}

/** The tests of a file that failed, or the file, where it could not be loaded. */
function failures(module: TestModule): readonly Failure[] {
  const unloaded = module.errors().map(({ message }) => ({ name: module.relativeModuleId, said: message }));
  const failed = [...module.children.allTests("failed")].map((test) => ({
    name: nameOf(test),
    said: (test.result().errors ?? []).map(({ message, stack }) => stack ?? message).join("\n"),
  }));
  return [...unloaded, ...failed];
}

function nameOf(test: TestCase): string {
  const names = [test.name];
  for (let { parent } = test; parent.type === "suite"; { parent } = parent) names.unshift(parent.name);
  return names.join(" ");
}
