import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheFolder, withLock } from "../cache.ts";
import type { Progress } from "../progress.ts";
import { processRuns } from "../proc.ts";
import { step } from "../progress.ts";
import { cacheKey, sameSources } from "../go/cache-key.ts";
import { BUILD_FLAGS, compile, fetchModules } from "../go/go.ts";
import { inFolder, PROGRAMS } from "./programs.ts";
import type { Binaries } from "./programs.ts";

const SOURCES = fileURLToPath(new URL("../../tools/", import.meta.url));

/** The programs that an earlier build left in the cache, or undefined. Without Go, one by any version of Go will do. */
export async function cachedBinaries(env: NodeJS.ProcessEnv): Promise<Partial<Binaries> | undefined> {
  const parent = cacheParent(env);
  if (!existsSync(parent)) return undefined;
  const goVersion = await installedGo(env).catch(() => undefined);
  const input = buildInput();
  const wanted = readdirSync(parent)
    .sort()
    .find((name) => (goVersion === undefined ? sameSources(name, input) : name === cacheKey({ ...input, goVersion })));
  return wanted === undefined ? undefined : inFolder(join(parent, wanted));
}

/**
 * Builds the four programs (one binary, four links) with Go into the cache, and returns where they are. One build at a
 * time and machine: who comes second waits and takes what the first has made. Throws a sentence when there is no Go.
 */
export async function builtBinaries(
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Partial<Binaries> | undefined> {
  const key = cacheKey({ ...buildInput(), goVersion: await installedGo(env) });
  const folder = join(cacheParent(env), key);
  const build = async (): Promise<void> => {
    if (existsSync(folder)) return;
    progress(`building the control plane with Go; this is needed once, and kept in ${folder}`);
    removeAbandoned(cacheParent(env));
    const unfinished = `${folder}.${process.pid}.unfinished`;
    mkdirSync(unfinished, { recursive: true });
    try {
      await step(progress, "Go modules", () => fetchModules(SOURCES, env, progress));
      await step(progress, "Go build", () => compile(SOURCES, join(unfinished, "control-plane"), env, progress));
      for (const program of PROGRAMS) symlinkSync("control-plane", join(unfinished, program));
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  };
  await withLock(`${folder}.lock`, build, progress);
  return inFolder(folder);
}

/** Removes what builds that were killed have left. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = /\.(\d+)\.unfinished$/.exec(name) ?? [];
    if (pid !== undefined && !processRuns(Number(pid))) rmSync(join(parent, name), { recursive: true });
  }
}

function cacheParent(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), "control-plane");
}

function buildInput(): { files: Record<string, string>; flags: readonly string[]; platform: string } {
  const names = ["go.mod", "go.sum", "main.go"];
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(SOURCES, name), "utf8")]));
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return { files, flags: BUILD_FLAGS, platform: `${process.platform}-${architecture}` };
}

async function installedGo(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"], { cwd: SOURCES, env });
    return stdout.trim().split(/\s/)[0] ?? "";
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const how = code === "ENOENT" ? "there is no go on the PATH" : `go env says: ${stderr?.trim() ?? String(cause)}`;
    throw new Error(
      `The control plane must be built once, and for this Go 1.24 or newer is needed, but ${how}. ` +
        "Install Go and try again, or set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, " +
        "kube-controller-manager and kubectl.",
      { cause },
    );
  }
}
