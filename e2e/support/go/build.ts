import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, withLock } from "../cache.ts";
import type { Progress } from "../progress.ts";
import { processRuns } from "../proc.ts";
import { onStderr, step } from "../progress.ts";
import { cacheKey, sameSources } from "./cache-key.ts";
import type { BuildInput } from "./cache-key.ts";
import { compile, fetchModules } from "./go.ts";
import type { GoProgram } from "./go.ts";
import { moduleFolder } from "./module-folder.ts";

/** A program that is built once on a machine and then kept in the cache. */
export interface CachedProgram extends GoProgram {
  /** Its folder in the cache, and the name of the binary. */
  readonly name: string;
  /** The files of the module that decide how it turns out. */
  readonly files: readonly string[];
  /** Further names of the binary. */
  readonly links: readonly string[];
  /** Folders of the sources of modules that it is built from, which are kept beside it. */
  readonly keeps?: readonly { readonly module: string; readonly folder: string }[];
  /** What else a person without Go may do, as a sentence's end. */
  readonly otherwise: string;
}

/** The file of a program: from the cache, or built with Go. Throws a sentence where it has to be built and there is no Go. */
export async function programFile(
  program: CachedProgram,
  env: NodeJS.ProcessEnv = process.env,
  progress: Progress = onStderr,
): Promise<string> {
  return join((await cachedBuild(program, env)) ?? (await build(program, env, progress)), program.name);
}

/** The folder of an earlier build, or undefined. Without Go, one by any version of Go will do. */
export async function cachedBuild(program: CachedProgram, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const parent = cacheParent(program, env);
  if (!existsSync(parent)) return undefined;
  const goVersion = await installedGo(program, env).catch(() => undefined);
  const input = buildInput(program);
  const wanted = readdirSync(parent)
    .sort()
    .find((name) => (goVersion === undefined ? sameSources(name, input) : name === cacheKey({ ...input, goVersion })));
  return wanted === undefined ? undefined : join(parent, wanted);
}

/**
 * Builds the program with Go into the cache, and returns the folder with it, its links and what is kept beside it. One build at a time and
 * machine: who comes second waits and takes what the first has made. Throws a sentence when there is no Go.
 */
export async function build(program: CachedProgram, env: NodeJS.ProcessEnv, progress: Progress): Promise<string> {
  const key = cacheKey({ ...buildInput(program), goVersion: await installedGo(program, env) });
  const folder = join(cacheParent(program, env), key);
  const work = async (): Promise<void> => {
    if (existsSync(folder)) return;
    progress(`building ${program.what} with Go; this is needed once, and kept in ${folder}`);
    removeAbandoned(cacheParent(program, env));
    const unfinished = `${folder}.${process.pid}.unfinished`;
    mkdirSync(unfinished, { recursive: true });
    try {
      await step(progress, "Go modules", () => fetchModules(program, env, progress));
      await step(progress, "Go build", () => compile(program, join(unfinished, program.name), env, progress));
      for (const link of program.links) symlinkSync(program.name, join(unfinished, link));
      for (const { module, folder } of program.keeps ?? [])
        copyFiles(join(await moduleFolder(program.sources, module, env), folder), join(unfinished, basename(folder)));
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  };
  await withLock(`${folder}.lock`, work, progress);
  return folder;
}

/** Copies the files of a folder without their modes: those of Go's module cache may not be removed. */
function copyFiles(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) writeFileSync(join(to, name), readFileSync(join(from, name)));
}

/** Removes what builds that were killed have left. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = /\.(\d+)\.unfinished$/.exec(name) ?? [];
    if (pid !== undefined && !processRuns(Number(pid))) rmSync(join(parent, name), { recursive: true });
  }
}

function cacheParent({ name }: CachedProgram, env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), name);
}

function buildInput({ files, sources, flags }: CachedProgram): Omit<BuildInput, "goVersion"> {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return {
    files: Object.fromEntries(files.map((name) => [name, readFileSync(join(sources, name), "utf8")])),
    flags,
    platform: `${process.platform}-${architecture}`,
  };
}

/** Go's version as the module's folder has it: an older Go downloads the one that `go.mod` asks for. */
async function installedGo({ what, sources, otherwise }: CachedProgram, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"], { cwd: sources, env });
    return stdout.trim().split(/\s/)[0] ?? "";
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const how = code === "ENOENT" ? "there is no go on the PATH" : `go env says: ${stderr?.trim() ?? String(cause)}`;
    const [, oldest = ""] = /^go (\d+\.\d+)/m.exec(readFileSync(join(sources, "go.mod"), "utf8")) ?? [];
    const needed = `${what} must be built once, and for this Go ${oldest} or newer is needed, but ${how}. `;
    throw new Error(`${needed.charAt(0).toUpperCase()}${needed.slice(1)}Install Go and try again${otherwise}.`, {
      cause,
    });
  }
}
