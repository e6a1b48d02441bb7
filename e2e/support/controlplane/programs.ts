import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs that a control plane is made of. */
export const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"] as const;
export type Program = (typeof PROGRAMS)[number];

/** Where the programs are: absolute paths. */
export type Binaries = Readonly<Record<Program, string>>;

/** The oldest API server that knows what our CRDs and policies use. */
export const OLDEST: readonly [number, number] = [1, 30];

/** The programs in one folder. */
export function inFolder(folder: string | undefined): Partial<Binaries> | undefined {
  return folder === undefined || folder === "" ? undefined : onPath(folder);
}

/** The programs in the folders of a `PATH`; undefined when an API server or etcd is missing, whatever else is there. */
export function onPath(path: string | undefined): Partial<Binaries> | undefined {
  const folders = (path ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = PROGRAMS.flatMap((program) => {
    const file = folders.map((folder) => join(folder, program)).find(executable);
    return file === undefined ? [] : [[program, file] as const];
  });
  const binaries: Partial<Binaries> = Object.fromEntries(found);
  return binaries.etcd && binaries["kube-apiserver"] && binaries.kubectl ? binaries : undefined;
}

/** Whether the output of `kube-apiserver --version` names a version that is new enough. */
export function newEnough(output: string): boolean {
  const [, major, minor] = /v(\d+)\.(\d+)\./.exec(output) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
