import { join } from "node:path";
import type { Api } from "../support/controlplane/api.ts";
import { startProcess } from "../support/process.ts";
import type { RunningProcess } from "../support/process.ts";
import { PROJECT, SYSTEM_NAMESPACE } from "../support/world/project.ts";

/** The one controller of the soak, which is killed and started again and again. */
export interface Victim {
  readonly running: () => boolean;
  readonly start: () => Promise<void>;
  /** SIGKILL; returns when it is gone and its Lease is free, so that the next one need not wait for that to run out. */
  readonly kill: () => Promise<void>;
  /** The end of what it has logged. */
  readonly log: () => string;
}

/** What the controller is told. */
export interface VictimSettings {
  readonly kubeconfig: string;
  readonly kongAdminUrl: string;
  readonly dataDir: string;
}

const lease = `/apis/coordination.k8s.io/v1/namespaces/${SYSTEM_NAMESPACE}/leases/domain-claims`;

/** A controller that does not run yet. */
export function victim(api: Api, { kubeconfig, kongAdminUrl, dataDir }: VictimSettings): Victim {
  let current: RunningProcess | undefined;
  const args = [
    join(PROJECT, "controller/src/main.ts"),
    ...["--kubeconfig", kubeconfig, "--kong-admin-url", kongAdminUrl, "--kong-admin-timeout", "1s"],
    ...["--publish-status-address", "127.0.0.1", "--health-address", "127.0.0.1:0", "--log-level", "info"],
  ];
  // Compiling the sources anew is most of a start; the cache is Node's own.
  const env = { PATH: process.env["PATH"], HOME: dataDir, NODE_COMPILE_CACHE: join(dataDir, "compiled") };
  return {
    running: () => current !== undefined && current.ended() === undefined,
    start: async () => {
      const logFile = join(dataDir, "logs", "victim.log");
      current = await startProcess({ name: "victim", command: process.execPath, args, logFile, env });
    },
    kill: async () => {
      await current?.stop("SIGKILL");
      await api.call("DELETE", lease);
    },
    log: () => (current?.log() ?? "").split("\n").slice(-40).join("\n"),
  };
}
