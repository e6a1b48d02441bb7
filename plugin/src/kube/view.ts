import { existsSync, readFileSync } from "node:fs";
import { devNull } from "node:os";
import { dirname, join } from "node:path";

import { absolutePaths, kubeconfigFiles, withAbsolutePaths } from "./paths.ts";
import { OddKubeconfig, parseKubeconfig } from "./kubeconfig-file.ts";
import type { View } from "./kubeconfig.ts";
import { runProgram } from "./program.ts";
import type { Env } from "./program.ts";

/**
 * The merged kubeconfig as kubectl has it, with absolute paths: read here where it is plain, else by kubectl, which takes a
 * process of its own and speaks for itself where something is wrong. Rejects with kubectl's own words.
 */
export async function mergedView(kubeconfig: string | undefined, env: Env): Promise<View> {
  try {
    const files = kubeconfigFiles(kubeconfig, env);
    const named = kubeconfig !== undefined || Boolean(env["KUBECONFIG"]);
    if (!named && (process.platform === "win32" || !env["HOME"])) throw new OddKubeconfig("nowhere to look");
    const texts = files.map((file) => ({ file, text: contentOf(file) }));
    // client-go looks for the file of its early versions then
    if (!named && texts[0]?.text === undefined) throw new OddKubeconfig("no file");
    const views: View[] = [];
    for (const { file, text } of texts)
      if (text !== undefined) views.push(absolutePaths(await parseKubeconfig(text), dirname(file)));
    return merged(views);
  } catch (error) {
    if (!(error instanceof OddKubeconfig)) throw error;
    return await kubectlView(kubeconfig, env);
  }
}

/** The first file that says something wins: an entry, or which context is the current one. Entries are by name. */
function merged(views: readonly View[]): View {
  const firsts = <T extends { readonly name: string }>(entries: readonly T[]): readonly T[] =>
    entries
      .filter(({ name }, at) => entries.findIndex((other) => other.name === name) === at)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    "current-context": views.map((view) => view["current-context"]).find(Boolean) ?? "",
    contexts: firsts(views.flatMap(({ contexts }) => contexts ?? [])),
    clusters: firsts(views.flatMap(({ clusters }) => clusters ?? [])),
    users: firsts(views.flatMap(({ users }) => users ?? [])),
  };
}

/** Undefined for a file that is not there, which client-go passes over. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw new OddKubeconfig("can't be read", { cause });
  }
}

/** Asks kubectl (`KUBECTL`, or the one on the PATH) for its view, with absolute paths. Rejects with kubectl's own words. */
export async function kubectlView(kubeconfig: string | undefined, env: Env): Promise<View> {
  const view = await rawView(kubeconfig, env);
  return await withAbsolutePaths(view, kubeconfig, env, async (file) => await rawView(file, env));
}

async function rawView(kubeconfig: string | undefined, env: Env): Promise<View> {
  const kubectl = env["KUBECTL"] ?? "kubectl";
  const flags = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  // it is gone before collecting garbage would pay: this is a tenth of its time
  const fast = { ...withoutHome(env), ...env, GOGC: "off" };
  const ran = await runProgram(kubectl, ["config", "view", "--raw", "-o", "json", ...flags], fast).catch(
    (cause: unknown) => {
      throw new Error(`${kubectl} could not be run, and it is what knows your clusters: put kubectl on the PATH`, {
        cause,
      });
    },
  );
  if (ran.code !== 0) throw new Error(ran.stderr.trim().replace(/^error: /i, "") || `${kubectl} config view failed`);
  return JSON.parse(ran.stdout) as View;
}

/** Some kubectls keep what a server said of its version in the home; one that is not there should not come to be. */
function withoutHome(env: Env): Env {
  const home = env["HOME"];
  return home !== undefined && existsSync(home) ? {} : { KUBECACHEDIR: join(devNull, "none") };
}
