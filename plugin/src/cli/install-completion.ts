import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import type { Env } from "../kube/program.ts";
import { UserError } from "../user-error.ts";

const script = `#!/bin/sh
# kubectl (1.26 and newer) runs this to complete "kubectl domain".
exec kubectl-domain __complete "$@"
`;

/**
 * Writes kubectl_complete-domain into `folder`, or beside the plugin on the PATH, and returns what was done. One that is there already,
 * as that of the package for npm, stays as it is. Throws UserError.
 */
export function installCompletion(folder: string | undefined, env: Env): string {
  const plugin = programOnPath("kubectl-domain", env);
  if (plugin === undefined)
    throw new UserError("kubectl-domain is not on the PATH, so kubectl does not know it: put its folder there");
  const path = join(folder ?? dirname(plugin), "kubectl_complete-domain");
  if (isProgram(path)) return `${path} is there already`;
  try {
    writeFileSync(path, script, { mode: 0o755 });
  } catch (cause) {
    throw new UserError(`${path} can't be written: choose a folder of the PATH that you may write to with --dir`, {
      cause,
    });
  }
  return `installed ${path}`;
}

/** The path of the first program of that name on the PATH; undefined: there is none. */
export function programOnPath(name: string, env: Env): string | undefined {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
