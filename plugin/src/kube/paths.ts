import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

import type { Env } from "./program.ts";
import type { View, ViewCluster, ViewUser } from "./kubeconfig.ts";

/**
 * The view with absolute paths: a path in a kubeconfig is meant from that file's folder, and kubectl's view does not
 * say which file an entry came from. It is the first that has an entry of that name, which `viewOf` one file tells.
 */
export async function withAbsolutePaths(
  view: View,
  kubeconfig: string | undefined,
  env: Env,
  viewOf: (file: string) => Promise<View>,
): Promise<View> {
  const relative = [...(view.clusters ?? []), ...(view.users ?? [])].some((entry) =>
    "cluster" in entry ? differs(entry.cluster, clusterFrom) : "user" in entry && differs(entry.user, userFrom),
  );
  if (!relative) return view;
  const files = kubeconfigFiles(kubeconfig, env);
  const views =
    files.length === 1 ? [view] : await Promise.all(files.map(async (file) => await viewOf(file).catch(() => ({}))));
  const folder = (has: (one: View) => boolean): string => resolve(dirname(files[views.findIndex(has)] ?? ""));
  return {
    ...view,
    clusters: (view.clusters ?? []).map(({ name, cluster }) => ({
      name,
      cluster: clusterFrom(
        cluster ?? {},
        folder((one) => one.clusters?.some((other) => other.name === name) === true),
      ),
    })),
    users: (view.users ?? []).map(({ name, user }) => ({
      name,
      user: userFrom(
        user ?? {},
        folder((one) => one.users?.some((other) => other.name === name) === true),
      ),
    })),
  };
}

/** The files that kubectl merges, the first that says something wins. */
function kubeconfigFiles(kubeconfig: string | undefined, env: Env): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  return listed.length > 0 ? [...new Set(listed)] : [join(env["HOME"] ?? "", ".kube", "config")];
}

function differs<T>(entry: T | null | undefined, from: (entry: T, folder: string) => T): boolean {
  return entry !== null && entry !== undefined && JSON.stringify(from(entry, "/")) !== JSON.stringify(entry);
}

function clusterFrom(cluster: ViewCluster, folder: string): ViewCluster {
  return absolute(cluster, ["certificate-authority"], folder);
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
