import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { programFile } from "../go/build.ts";
import type { CachedProgram } from "../go/build.ts";
import { COMPILER_FLAGS, linkerFlag } from "../go/go.ts";
import { onStderr } from "../progress.ts";
import type { Progress } from "../progress.ts";

const PROGRAM: CachedProgram = {
  what: "Helm",
  name: "helm",
  sources: fileURLToPath(new URL("../../tools/helm/", import.meta.url)),
  files: ["go.mod", "go.sum"],
  main: "helm.sh/helm/v3/cmd/helm",
  flags: [
    ...COMPILER_FLAGS,
    // As Helm's own build: without it `helm template` and `helm lint` take the cluster for a Kubernetes 1.20.
    linkerFlag([
      ["helm.sh/helm/v3/internal/version.version", "v3.19.5"],
      ["helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor", "1"],
      ["helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor", "34"],
      ["helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor", "1"],
      ["helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor", "34"],
    ]),
  ],
  links: [],
  otherwise: "",
};

/** The file of the Helm that we test with: from the cache, or built with Go. */
export async function helmBinary(env: NodeJS.ProcessEnv = process.env, progress: Progress = onStderr): Promise<string> {
  return await programFile(PROGRAM, env, progress);
}

/** What Helm printed. */
export interface HelmOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** Helm's command line; it throws what Helm says where it fails. */
export type Helm = (...args: readonly string[]) => Promise<HelmOutput>;

/** Helm with its own files in `home`, for the cluster that `kubeconfig` names where one is needed. */
export async function helmIn(home: string, kubeconfig?: string): Promise<Helm> {
  const binary = await helmBinary();
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HELM_|KUBE)/.test(name))),
    HELM_CACHE_HOME: join(home, "cache"),
    HELM_CONFIG_HOME: join(home, "config"),
    HELM_DATA_HOME: join(home, "data"),
    KUBECONFIG: kubeconfig ?? join(home, "no-kubeconfig"),
  };
  return async (...args) => {
    const { stdout, stderr } = await promisify(execFile)(binary, args, { env, maxBuffer: 64 * 1024 * 1024 });
    return { stdout, stderr };
  };
}
