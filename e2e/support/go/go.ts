import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { dyingWithUs, endingWithUs } from "../process.ts";
import type { Progress } from "../progress.ts";
import { seconds } from "../wait.ts";

/** Flags of every `go build`: no debugging information (half the size), no paths of this machine. */
export const COMPILER_FLAGS: readonly string[] = [
  "-mod=readonly",
  "-buildvcs=false",
  "-trimpath",
  "-gcflags=all=-dwarf=false",
];

/** The flag for the linker: no symbols, and these variables (`package.name`) set to these values. */
export function linkerFlag(variables: readonly (readonly [variable: string, value: string])[]): string {
  return `-ldflags=-s -w ${variables.map(([variable, value]) => `-X ${variable}=${value}`).join(" ")}`;
}

/** A program to build: a module of our own, and which package of it or of its dependencies is the program. */
export interface GoProgram {
  /** For people: `the control plane`. */
  readonly what: string;
  /** The folder of the module. */
  readonly sources: string;
  /** The program's package: `.`, or its import path. */
  readonly main: string;
  readonly flags: readonly string[];
}

const EVERY = 10_000;

/** Downloads the modules that the build needs, so far as they are not on this machine. */
export async function fetchModules(program: GoProgram, env: NodeJS.ProcessEnv, progress: Progress): Promise<void> {
  const { what, sources, main } = program;
  let modules = 0;
  const report = reporter(progress, () => `Go modules: ${modules} downloaded`);
  const count = (line: string): void => {
    if (!line.startsWith("go: downloading")) return;
    modules += 1;
    report();
  };
  await go(["list", "-mod=readonly", "-deps", main], sources, env, count).catch((cause: unknown) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    const advice = "Check the network, and GOPROXY where a proxy is needed, and try again.";
    throw new Error(`The Go modules of ${what} cannot be had. ${advice}\n${said}`, { cause });
  });
}

/** Compiles and links the program into the file `output`. */
export async function compile(
  { sources, main, flags }: GoProgram,
  output: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const stale = ["list", "-deps", "-f", "{{if .Stale}}x{{end}}", ...flags, main];
  const total = (await go(stale, sources, env, () => undefined)).filter((line) => line === "x").length;
  let compiled = 0;
  const report = reporter(progress, () => `Go build: ${compiled} of ${total} packages`);
  // Linking, the last step, prints nothing: the clock shows that it is alive.
  const clock = setInterval(report, EVERY);
  try {
    await go(["build", "-v", ...flags, "-o", output, main], sources, env, () => (compiled += 1));
  } finally {
    clearInterval(clock);
  }
}

function reporter(progress: Progress, line: () => string): () => void {
  const start = Date.now();
  let last = start;
  return () => {
    if (Date.now() - last < EVERY - 100) return;
    last = Date.now();
    progress(`${line()}, ${seconds(last - start)}`);
  };
}

function go(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  onError: (line: string) => void,
): Promise<readonly string[]> {
  const [command, ...line] = dyingWithUs("go", args);
  const child = endingWithUs(
    spawn(command, line, {
      detached: true,
      cwd,
      env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  const output: string[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on("line", (line) => output.push(line));
  createInterface(child.stderr).on("line", (line) => {
    errors.push(line);
    onError(line);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve(output);
      const end = errors.filter((line) => !line.startsWith("go: downloading")).slice(-10);
      reject(new Error(`go ${args[0] ?? ""} failed (exit code ${code}):\n${end.join("\n")}`));
    });
  });
}
