import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startControlPlane } from "./control-plane.ts";
import type { ControlPlaneOptions, StartedControlPlane } from "./control-plane.ts";
import { etcdSnapshot } from "./etcd-snapshot.ts";
import type { EtcdSnapshot } from "./etcd-snapshot.ts";
import { onStderr, silent } from "../progress.ts";
import { untilRightsAreRead } from "./rights.ts";

/** What a kept control plane may be told: who asks for the same gets the same one. */
export type KeptOptions = Pick<ControlPlaneOptions, "priorityAndFairness" | "apiserverArgs" | "crds" | "progress">;

interface Kept {
  /** What it was asked for by. */
  readonly which: string;
  readonly cluster: StartedControlPlane;
  readonly snapshot: EtcdSnapshot;
}

/** Those that are stopped and nobody uses. */
const spare: Kept[] = [];

/**
 * A control plane as {@link startControlPlane} starts it, for test files that follow one another in a process: when it is
 * stopped it loses all that was not there when it had started, and is the next one's. They end with our process.
 */
export async function keptControlPlane(options: KeptOptions = {}): Promise<StartedControlPlane> {
  const { priorityAndFairness = false, apiserverArgs = [], crds = [] } = options;
  const which = JSON.stringify([priorityAndFairness, apiserverArgs, [crds].flat().map((folder) => resolve(folder))]);
  const kept = (await takeSpare(which)) ?? (await start(options, which));
  let ours = true;
  const stop = async (): Promise<void> => {
    if (!ours) return;
    ours = false;
    if (await isAsNew(kept)) spare.push(kept);
    else await kept.cluster.stop();
  };
  return { ...kept.cluster, stop };
}

/** One that still answers; undefined if there is none. */
async function takeSpare(which: string): Promise<Kept | undefined> {
  for (;;) {
    const at = spare.findIndex((kept) => kept.which === which);
    const [kept] = at < 0 ? [] : spare.splice(at, 1);
    if (kept === undefined) return undefined;
    const answer = await kept.cluster.api.call("GET", "/readyz").catch(() => undefined);
    if (answer?.status === 200) return kept;
    await kept.cluster.stop().catch((error: unknown) => onStderr(`a control plane that was kept: ${String(error)}`));
  }
}

async function start(options: KeptOptions, which: string): Promise<Kept> {
  const dataDir = mkdtempSync(join(tmpdir(), "domain-claims-"));
  folders.add(dataDir);
  const { priorityAndFairness = false, apiserverArgs = [], crds = [], progress = silent } = options;
  const cluster = await startControlPlane({ priorityAndFairness, apiserverArgs, crds, progress, dataDir });
  return { which, cluster, snapshot: await etcdSnapshot(cluster.etcdUrl) };
}

/**
 * Makes a control plane what it was when it had started. False where that can't be had: it does not answer, or it serves other
 * kinds than it did, of which its programs remember too much.
 */
async function isAsNew({ cluster, snapshot }: Kept): Promise<boolean> {
  try {
    const differed = await snapshot.restore();
    if (differed.some((key) => key.startsWith("/registry/apiextensions.k8s.io/"))) return false;
    await untilRightsAreRead(cluster.api);
    return true;
  } catch {
    return false;
  }
}

const folders = new Set<string>();
// After the processes that write there: they are ended by a listener that was there before this one.
process.once("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
// So vitest ends a worker that has no more files.
process.once("SIGTERM", () => process.exit());
