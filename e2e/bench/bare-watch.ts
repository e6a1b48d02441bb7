import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { apiVersion, domains } from "@domain-claims/crds/domain";
import type { World } from "../support/world/start-world.ts";

type WatchedWorld = Pick<World, "kubeconfigOf"> & { readonly cluster: Pick<World["cluster"], "kubectl"> };

/** A watch of all claims by somebody who does nothing else. */
export interface BareWatch {
  /** Resolves when the watch has shown the version; rejects where it never does. */
  readonly shown: (resourceVersion: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const version = /"resourceVersion":"(\d+)"/g;
/** A version is not longer: so much is kept of what may go on in the next piece. */
const longest = 64;

/** Milliseconds until a watch that has ended is opened again. */
const pause = 200;
/** Milliseconds in which a version is shown, or never. */
const patience = 150_000;

/**
 * Opens the watch that every controller of claims needs: a process of its own reads it, and nothing is parsed. The API server ends a
 * watch whose reader falls behind, as under an attack on claims: then it is opened again after a pause, from what it has shown last, and where
 * that is too long ago (410), from now on: what is waited for is there by then.
 */
export async function bareWatch(world: WatchedWorld): Promise<BareWatch> {
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  let stopped = false;
  let again: NodeJS.Timeout | undefined;
  let newest = 0;
  let kubectl: ChildProcessByStdio<null, Readable, null>;
  const open = (since: string): void => {
    let tail = "";
    const path = `/apis/${apiVersion}/${domains.plural}?watch=true${since}`;
    const reading = spawn(world.cluster.kubectl, ["get", "--raw", path, "--kubeconfig", world.kubeconfigOf()], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let expired = false;
    reading.stdout.setEncoding("latin1").on("data", (piece: string) => {
      const text = tail + piece;
      expired ||= text.startsWith('{"type":"ERROR"') && text.includes('"code":410');
      for (const [, shown = ""] of text.matchAll(version)) {
        newest = Math.max(newest, Number(shown));
        seen.add(shown);
        waiting.get(shown)?.();
      }
      tail = text.slice(-longest);
    });
    reading.once("close", () => {
      if (stopped) return;
      again = setTimeout(() => {
        open(expired ? "" : `&resourceVersion=${String(newest)}`);
        if (expired) for (const resolve of waiting.values()) resolve();
      }, pause);
    });
    kubectl = reading;
  };
  open("");
  await once(kubectl!.stdout, "data");
  return {
    shown: async (resourceVersion) => {
      if (seen.has(resourceVersion)) return;
      let late: NodeJS.Timeout | undefined;
      try {
        await new Promise<void>((resolve, reject) => {
          waiting.set(resourceVersion, resolve);
          late = setTimeout(() => {
            reject(new Error(`the watch does not show version ${resourceVersion}`));
          }, patience);
        });
      } finally {
        clearTimeout(late);
        waiting.delete(resourceVersion);
      }
    },
    stop: async () => {
      stopped = true;
      clearTimeout(again);
      kubectl.kill();
      if (kubectl.exitCode === null && kubectl.signalCode === null) await once(kubectl, "exit");
    },
  };
}
