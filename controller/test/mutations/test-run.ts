import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What came of running test files. */
export interface TestRun {
  /** False where it was ended because it took too long: then nothing is known of any test. */
  readonly ended: boolean;
  /** The tests that failed, and the files that could not be loaded. */
  readonly failed: readonly Failure[];
  /** By test file: how long its tests took. */
  readonly milliseconds: ReadonlyMap<string, number>;
}

/** A test that failed, by its full name, or a file; and what it said. */
export interface Failure {
  readonly name: string;
  readonly said: string;
}

/** The part of vitest's JSON report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The process groups that run now: they end with us. */
const groups = new Set<number>();
process.once("exit", () => groups.forEach(end));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** What is run: of these test files the tests with one of these texts in their names, for so many milliseconds at most. */
export interface TestChoice {
  readonly files: readonly string[];
  readonly tests: readonly string[];
  readonly longestMs: number;
}

/**
 * Runs unit tests of a copy of the checkout, each file in a process of its own, and reads what came of them. A run that takes
 * too long is ended, with all processes that it started.
 */
export async function runTests(folder: string, { files, tests, longestMs }: TestChoice): Promise<TestRun> {
  const report = join(folder, "report.json");
  const temporary = join(folder, "tmp");
  rmSync(report, { force: true });
  mkdirSync(temporary, { recursive: true });
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const options = ["--root", folder, "--project", "unit*", "--isolate", "--reporter", "json", "--outputFile", report];
  const named = ["--testNamePattern", tests.map(patternOf).join("|")];
  const child = spawn(process.execPath, [vitest, "run", ...options, ...named, ...files], {
    cwd: folder,
    env: { ...process.env, HISTORIES: "1500", TMPDIR: temporary },
    // A process group of its own, so that workers which never come to an end can be ended.
    detached: true,
    stdio: "ignore",
  });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  let ended = true;
  const timer = setTimeout(() => {
    ended = false;
    if (pid !== undefined) end(pid);
  }, longestMs);
  await new Promise((closed, reject) => child.once("error", reject).once("close", closed));
  clearTimeout(timer);
  if (pid !== undefined) groups.delete(pid);
  // A bug by which a test never ends was not noticed by it, but by whoever waited.
  if (!ended || !existsSync(report)) return { ended: false, failed: [], milliseconds: new Map() };
  return read(folder, JSON.parse(readFileSync(report, "utf8")) as Report);
}

/** A regular expression for a text: what isn't a letter, a digit or a space may be anything. */
function patternOf(text: string): string {
  return text.replaceAll(/[^\w ]/g, ".");
}

function read(folder: string, { testResults }: Report): TestRun {
  // A file that can't be loaded fails without any test: that notices nothing.
  const unloaded = testResults
    .filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0)
    .map(({ name, message }) => ({ name, said: message }));
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => ({ name: fullName, said: failureMessages.join("\n") }));
  const took = testResults.map(({ name, startTime, endTime }) => [name.slice(folder.length + 1), endTime - startTime]);
  return { ended: true, failed: [...unloaded, ...failed], milliseconds: new Map(took as [string, number][]) };
}

function end(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
