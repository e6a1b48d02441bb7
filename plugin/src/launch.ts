import { accessSync, constants } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { join } from "node:path";

keepCompiledCode(process.env);
createRequire(__filename)("./main.cjs");

/** Keeps compiled code from one run to the next, where there is a folder to keep it in already. */
function keepCompiledCode({ XDG_CACHE_HOME, HOME, LOCALAPPDATA }: NodeJS.ProcessEnv): void {
  const caches = [XDG_CACHE_HOME, HOME && join(HOME, ".cache"), HOME, LOCALAPPDATA];
  const cache = caches.find((folder) => folder !== undefined && folder !== "" && isWritable(folder));
  if (cache === undefined) return;
  enableCompileCache(cache === HOME ? join(HOME, ".cache", "kubectl-domain") : join(cache, "kubectl-domain"));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
