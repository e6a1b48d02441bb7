import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** What is run: of these test files the tests with one of these texts in their names. */
export interface TestChoice {
  readonly files: readonly string[];
  readonly tests: readonly string[];
  /** The sources that are to be read anew, for this run and after it. */
  readonly changed: readonly string[];
}

/** What came of running tests. */
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

/** What the process that runs them says of them. */
export interface TestAnswer {
  readonly failed: readonly Failure[];
  readonly milliseconds: readonly (readonly [file: string, milliseconds: number])[];
}

/** The process groups that run now: they end with us. */
const groups = new Set<number>();
process.once("exit", () => groups.forEach(end));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** Runs unit tests of a copy of the checkout. */
export class TestRunner {
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Runs tests. What takes longer than so many milliseconds is ended, with all processes that it started. */
  async run(choice: TestChoice, longestMs: number): Promise<TestRun> {
    this.#process ??= start(this.#folder);
    const child = this.#process;
    const answer = await new Promise<TestAnswer | undefined>((resolve) => {
      const timer = setTimeout(() => {
        this.stop();
      }, longestMs);
      const settle = (given?: TestAnswer): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(given);
      };
      child.once("message", (said) => {
        settle(said as TestAnswer);
      });
      child.once("error", () => {
        settle();
      });
      child.once("exit", () => {
        settle();
      });
      child.send(choice);
    });
    if (answer !== undefined) return { ended: true, failed: answer.failed, milliseconds: new Map(answer.milliseconds) };
    // A bug by which a test never ends was not noticed by it, but by whoever waited.
    this.stop();
    return { ended: false, failed: [], milliseconds: new Map() };
  }

  /** Ends its processes; the next run starts others. */
  stop(): void {
    const pid = this.#process?.pid;
    this.#process = undefined;
    if (pid === undefined) return;
    end(pid);
    groups.delete(pid);
  }
}

/** Starts the process that runs tests, with a group of its own, so that workers which never come to an end can be ended. */
function start(folder: string): ChildProcess {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const child = fork(join(folder, "controller/test/mutations/vitest-process.ts"), {
    ...{ cwd: folder, detached: true, stdio: "ignore" },
    env: { ...process.env, HISTORIES: "1500", TMPDIR: temporary },
  });
  if (child.pid !== undefined) groups.add(child.pid);
  return child;
}

function end(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
