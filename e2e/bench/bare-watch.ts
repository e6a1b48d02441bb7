import { spawn } from "node:child_process";
import { once } from "node:events";
import { apiVersion, domains } from "@domain-claims/crds/domain";
import type { World } from "../support/world/start-world.ts";

/** A watch of all claims by somebody who does nothing else. */
export interface BareWatch {
  /** Resolves when the watch has shown the version. */
  readonly shown: (resourceVersion: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const version = /"resourceVersion":"(\d+)"/g;
/** A version is not longer: so much is kept of what may go on in the next piece. */
const longest = 64;

/** Opens the watch that every controller of claims needs: a process of its own reads it, and nothing is parsed. */
export async function bareWatch(world: World): Promise<BareWatch> {
  const path = `/apis/${apiVersion}/${domains.plural}?watch=true`;
  const args = ["get", "--raw", path, "--kubeconfig", world.kubeconfigOf()];
  const kubectl = spawn(world.cluster.kubectl, args, { stdio: ["ignore", "pipe", "inherit"] });
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  let tail = "";
  kubectl.stdout.setEncoding("latin1").on("data", (piece: string) => {
    const text = tail + piece;
    for (const [, shown = ""] of text.matchAll(version)) {
      seen.add(shown);
      waiting.get(shown)?.();
    }
    tail = text.slice(-longest);
  });
  await once(kubectl.stdout, "data");
  return {
    shown: async (resourceVersion) => {
      if (seen.has(resourceVersion)) return;
      await new Promise<void>((resolve) => waiting.set(resourceVersion, resolve));
    },
    stop: async () => {
      kubectl.kill();
      if (kubectl.exitCode === null && kubectl.signalCode === null) await once(kubectl, "exit");
    },
  };
}
