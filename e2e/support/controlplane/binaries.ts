import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onStderr } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { builtBinaries, cachedBinaries } from "./build.ts";
import { downloadedBinaries } from "./download.ts";
import { inFolder, newEnough, OLDEST, onPath, PROGRAMS } from "./programs.ts";
import type { Binaries } from "./programs.ts";

/** A place to have the programs from. Undefined: it has none. One that lacks only the controller manager still counts. */
export interface Source {
  readonly name: string;
  readonly find: () => Promise<Partial<Binaries> | undefined>;
}

/**
 * The programs of a control plane, from the first source that has them: `KUBEBUILDER_ASSETS`, `PATH`, the cache, a
 * download (where `CONTROL_PLANE_ASSETS_URL` names one), a build with Go.
 */
export async function controlPlaneBinaries(
  env: NodeJS.ProcessEnv = process.env,
  progress: Progress = onStderr,
): Promise<Binaries> {
  return firstComplete(
    [
      { name: "KUBEBUILDER_ASSETS", find: async () => usable(inFolder(env["KUBEBUILDER_ASSETS"]), progress) },
      { name: "PATH", find: async () => usable(onPath(env["PATH"]), progress) },
      { name: "cache", find: () => cachedBinaries(env) },
      { name: "download", find: async () => usable(await downloadedBinaries(env, progress), progress) },
      { name: "build", find: () => builtBinaries(env, progress) },
    ],
    progress,
  );
}

/**
 * etcd, kube-apiserver and kubectl of the first source that has all three, and the controller manager from there or, as
 * the usual test assets come without one, from the first later source that has it.
 */
export async function firstComplete(sources: readonly Source[], progress: Progress): Promise<Binaries> {
  let base: Partial<Binaries> | undefined;
  for (const source of sources) {
    const found = await source.find();
    if (found === undefined) continue;
    if (base === undefined && !(found.etcd && found["kube-apiserver"] && found.kubectl)) continue;
    base ??= found;
    const merged = { ...found, ...base };
    if (complete(merged)) return merged;
    progress(`the programs from ${source.name} lack kube-controller-manager, which is taken from the next place`);
  }
  throw new Error("no control plane could be found or built");
}

async function usable(
  found: Partial<Binaries> | undefined,
  progress: Progress,
): Promise<Partial<Binaries> | undefined> {
  const apiserver = found?.["kube-apiserver"];
  if (apiserver === undefined) return undefined;
  const { stdout } = await promisify(execFile)(apiserver, ["--version"]).catch(() => ({ stdout: "" }));
  if (newEnough(stdout)) return found;
  progress(`${apiserver} is not used: it is ${stdout.trim() || "of no known version"}, v${OLDEST.join(".")} is needed`);
  return undefined;
}

function complete(binaries: Partial<Binaries>): binaries is Binaries {
  return PROGRAMS.every((program) => binaries[program] !== undefined);
}
