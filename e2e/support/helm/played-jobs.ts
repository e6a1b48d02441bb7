import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { ControlPlane } from "../controlplane/control-plane.ts";
import { listOf } from "../world/objects.ts";
import { PROJECT } from "../world/project.ts";
import type { PodSpec } from "./manifests.ts";

/** A Job, as far as it is played. */
interface Job {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: PodSpec } };
  readonly status: { readonly conditions?: readonly unknown[] };
}

/** Jobs that are played. */
export interface PlayedJobs {
  /** What each has printed, on either stream. */
  readonly printed: readonly string[];
  /** From now on, or no longer, a Job that is made waits as for a node. */
  readonly hold: (held: boolean) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Plays the kubelet, and what else a Job needs, in a namespace of a cluster without nodes: each Job's container runs here as the
 * controller's program with the Job's arguments and the rights of its ServiceAccount, and its status then says how that ended.
 */
export function playJobs(cluster: ControlPlane, namespace: string, env: NodeJS.ProcessEnv): PlayedJobs {
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const printed: string[] = [];
  let goesOn = true;
  let isHeld = false;
  const play = async (job: Job): Promise<void> => {
    const startTime = now();
    const { serviceAccountName, containers } = job.spec.template.spec;
    const { kubeconfig } = await cluster.serviceAccount(namespace, serviceAccountName);
    const line = [join(PROJECT, "controller/src/main.ts"), ...containers[0].args];
    const ended = await promisify(execFile)(process.execPath, line, { env: { ...env, KUBECONFIG: kubeconfig } }).then(
      ({ stdout }) => ({ ok: true, text: stdout }),
      ({ stdout, stderr }: Record<"stdout" | "stderr", string>) => ({ ok: false, text: stdout + stderr }),
    );
    printed.push(ended.text);
    const types = ended.ok ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"];
    const conditions = types.map((type) => ({ type, status: "True", lastTransitionTime: now() }));
    const counted = ended.ok ? { completionTime: now(), succeeded: 1 } : { failed: 1 };
    const status = { startTime, conditions, ...counted };
    await cluster.api.must("PUT", `${path}/${job.metadata.name}/status`, { ...job, status });
  };
  const playing = (async () => {
    for (; goesOn; await sleep(100))
      for (const job of isHeld ? [] : await listOf<Job>(cluster.api, path))
        if (job.status.conditions === undefined) await play(job);
  })();
  // A failure is told by `stop`.
  playing.catch(() => undefined);
  return { printed, hold: (held) => void (isHeld = held), stop: async () => ((goesOn = false), await playing) };
}

/** The time as an object has it: whole seconds. */
function now(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}
