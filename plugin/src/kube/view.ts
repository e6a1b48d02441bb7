import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";

import { withAbsolutePaths } from "./paths.ts";
import type { View } from "./kubeconfig.ts";
import { runProgram } from "./program.ts";
import type { Env } from "./program.ts";

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
