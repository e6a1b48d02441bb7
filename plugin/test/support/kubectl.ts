import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * The real kubectl that tests compare with: `KUBECTL`, the one in `KUBEBUILDER_ASSETS` or on the PATH, or the one that
 * the end-to-end tests have built and cached.
 */
export const kubectl = ((): string => {
  const { KUBECTL, KUBEBUILDER_ASSETS = "", PATH = "", XDG_CACHE_HOME } = process.env;
  if (KUBECTL !== undefined) return KUBECTL;
  const cache = join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "domain-claims", "kubectl");
  const built = existsSync(cache) ? readdirSync(cache).map((folder) => join(cache, folder)) : [];
  const folders = [KUBEBUILDER_ASSETS, ...PATH.split(delimiter), ...built].filter((folder) => folder !== "");
  const found = folders.map((folder) => join(folder, "kubectl")).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("kubectl is needed: put it on the PATH, or let `make e2e` build one, which is then found");
  return found;
})();
