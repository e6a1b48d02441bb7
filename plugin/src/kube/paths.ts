import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

import type { Env } from "./program.ts";
import type { View, ViewUser } from "./kubeconfig.ts";

/** A view of one file with absolute paths: those in it are meant from its folder. */
export function absolutePaths(view: View, folder: string): View {
  return rewritten(view, () => folder);
}

/**
 * The merged view with absolute paths. kubectl's view does not say which file an entry came from: it is the first that has
 * an entry of that name, which `viewOf` one file tells.
 */
export async function withAbsolutePaths(
  view: View,
  kubeconfig: string | undefined,
  env: Env,
  viewOf: (file: string) => Promise<View>,
): Promise<View> {
  if (JSON.stringify(absolutePaths(view, "/")) === JSON.stringify(view)) return view;
  const files = kubeconfigFiles(kubeconfig, env);
  const views =
    files.length === 1 ? [view] : await Promise.all(files.map(async (file) => await viewOf(file).catch(() => ({}))));
  return rewritten(view, (has) => dirname(files[views.findIndex(has)] ?? ""));
}

/** The view with each path led from the folder of the file that has its entry. */
function rewritten(view: View, folderOf: (has: (one: View) => boolean) => string): View {
  return {
    ...view,
    clusters: (view.clusters ?? []).map(({ name, cluster }) => {
      const folder = folderOf((one) => one.clusters?.some((other) => other.name === name) === true);
      return { name, cluster: absolute(cluster ?? {}, ["certificate-authority"], folder) };
    }),
    users: (view.users ?? []).map(({ name, user }) => {
      const folder = folderOf((one) => one.users?.some((other) => other.name === name) === true);
      return { name, user: userFrom(user ?? {}, folder) };
    }),
  };
}

/** The files that kubectl merges, the first that says something wins. */
export function kubeconfigFiles(kubeconfig: string | undefined, env: Env): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return listed.length > 0 ? [...new Set(listed)] : [join(env["HOME"] ?? "", ".kube", "config")];
}

function userFrom(user: ViewUser, folder: string): ViewUser {
  const files = absolute(user, ["client-certificate", "client-key", "tokenFile"], folder);
  const { exec } = files;
  // a command without a slash is looked for on the PATH
  return exec?.command.includes("/") === true ? { ...files, exec: absolute(exec, ["command"], folder) } : files;
}

function absolute<T extends object>(entry: T, keys: readonly (keyof T)[], folder: string): T {
  const changed = keys.flatMap((key) => {
    const path = entry[key];
    return typeof path === "string" && path !== "" && !isAbsolute(path) ? [[key, resolve(folder, path)]] : [];
  });
  return changed.length === 0 ? entry : { ...entry, ...(Object.fromEntries(changed) as Partial<T>) };
}
