import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { programFile } from "./go/build.ts";
import type { CachedProgram } from "./go/build.ts";
import { COMPILER_FLAGS } from "./go/go.ts";

const PROGRAM: CachedProgram = {
  what: "the linters for metrics and workflows",
  name: "lint",
  sources: fileURLToPath(new URL("../tools/lint/", import.meta.url)),
  files: ["go.mod", "go.sum", "main.go"],
  main: ".",
  flags: COMPILER_FLAGS,
  links: [],
  otherwise: "",
};

/** Sees to it that the linters are there, which takes half a minute the first time; returns their program. */
export async function lintProgram(): Promise<string> {
  return await programFile(PROGRAM);
}

/** What breaks Prometheus' conventions in metrics in its text format (what `promtool check metrics` says), one a line. */
export async function lintMetrics(metrics: string): Promise<readonly string[]> {
  return problemsOf(["metrics"], metrics);
}

/** What is wrong with these files, which are workflows of GitHub Actions, one a line. */
export async function lintWorkflows(files: readonly string[]): Promise<readonly string[]> {
  return problemsOf(["workflows", ...files], "");
}

async function problemsOf(args: readonly string[], input: string): Promise<readonly string[]> {
  const child = spawn(await lintProgram(), args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(input);
  const said = await text(child.stdout);
  const code = await ended;
  if (code !== 0 && code !== 1) throw new Error(`the linter ended with ${String(code)}`);
  return said.split("\n").filter((line) => line !== "");
}
