import { join } from "node:path";
import { startProcess } from "../support/process.ts";
import type { RunningProcess } from "../support/process.ts";
import { PROJECT } from "../support/world/project.ts";

/** A controller of the soak, which is killed and started again and again. */
export interface Controller {
  readonly start: () => Promise<void>;
  /** SIGKILL; returns when it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGSTOP: it stands still until it is resumed, and does not notice. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The end of what it has logged. */
  readonly log: () => string;
}

/** What a controller is told. */
export interface ControllerSettings {
  readonly name: string;
  readonly kubeconfig: string;
  readonly kongAdminUrl: string;
  readonly proxyUrl: string;
  readonly dataDir: string;
}

/** A controller that does not run yet. Its Lease runs out early, so that takeovers need not be waited for long. */
export function controller({ name, kubeconfig, kongAdminUrl, proxyUrl, dataDir }: ControllerSettings): Controller {
  let current: RunningProcess | undefined;
  const args = [
    join(PROJECT, "controller/src/main.ts"),
    ...["--kubeconfig", kubeconfig, "--kong-admin-url", kongAdminUrl, "--kong-admin-timeout", "1s"],
    ...["--proxy-url", proxyUrl, "--redemption", "2s"],
    // What others have in Kong beside ours names this one, too.
    ...["--foreign-hosts-handed-over", "acme.org"],
    ...["--lease-duration", "3s", "--lease-renew-deadline", "2s", "--lease-retry-period", "400ms"],
    ...["--publish-status-address", "127.0.0.1", "--health-address", "127.0.0.1:0", "--log-level", "info"],
  ];
  // Compiling the sources anew is most of a start; the cache is Node's own.
  const env = { PATH: process.env["PATH"], HOME: dataDir, NODE_COMPILE_CACHE: join(dataDir, "compiled") };
  return {
    start: async () => {
      const logFile = join(dataDir, "logs", `${name}.log`);
      current = await startProcess({ name, command: process.execPath, args, logFile, env });
    },
    kill: async () => current?.stop("SIGKILL"),
    pause: () => current?.signal("SIGSTOP"),
    resume: () => current?.signal("SIGCONT"),
    log: () => (current?.log() ?? "").split("\n").slice(-40).join("\n"),
  };
}
