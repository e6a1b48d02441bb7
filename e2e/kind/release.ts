import { join } from "node:path";
import { helmIn } from "../support/helm/helm.ts";
import type { HelmOutput } from "../support/helm/helm.ts";
import { PROJECT, SYSTEM_NAMESPACE } from "../support/world/project.ts";

const NAME = "domain-claims";
const CHART = join(PROJECT, "charts/domain-claims");
const READY = ["--wait", "--timeout=180s"];

/** The release of the chart that is tried. What is asked of it throws what Helm said where it fails. */
export interface Release {
  /** `helm COMMAND` for it, such as `get values`. */
  readonly helm: (command: string, ...args: readonly string[]) => Promise<HelmOutput>;
  /** Installs it with the values of these files, and returns when its pods are ready. */
  readonly install: (...files: readonly string[]) => Promise<void>;
  /** Changes these values (`name=value`) and no others, and returns when its pods are ready. */
  readonly upgrade: (...values: readonly string[]) => Promise<void>;
}

/** The release in the cluster of a kubeconfig; Helm's own files are in `folder`. */
export async function releaseIn(folder: string, kubeconfig: string): Promise<Release> {
  const run = await helmIn(folder, kubeconfig);
  const helm: Release["helm"] = (command, ...args) =>
    run(...command.split(" "), NAME, ...args, `--namespace=${SYSTEM_NAMESPACE}`);
  return {
    helm,
    install: async (...files) => {
      await helm("install", CHART, ...files.map((file) => `--values=${file}`), ...READY);
    },
    upgrade: async (...values) => {
      await helm("upgrade", CHART, "--reuse-values", ...values.map((value) => `--set=${value}`), ...READY);
    },
  };
}
