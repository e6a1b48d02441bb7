import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../cache.ts";
import type { Place } from "../controlplane/place.ts";
import { envFile } from "../env-file.ts";
import { writePidFile } from "../pid-files.ts";
import { step } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { clearAway } from "./clear-away.ts";
import type { Ask } from "./clear-away.ts";
import { startController } from "./controller-process.ts";
import { OWN_GATEWAY } from "./given-kong.ts";
import { nextSteps } from "./next-steps.ts";
import { startParts } from "./parts.ts";
import type { Parts } from "./parts.ts";
import { PROJECT } from "./project.ts";
import { envFileOf, stateOf, takeDown } from "./run-folder.ts";

/** What to bring up, and where. */
export interface UpOptions {
  readonly folder: string;
  readonly controller: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Asks before a world that was up is wiped. */
  readonly ask?: Ask;
  /** Ends the attempt: what was started is taken down, and `up` throws. */
  readonly signal?: AbortSignal;
}

/**
 * Brings the world up in the background: returns when all of it is ready, with the environment file written. If it is
 * up already nothing happens; what is left of one that broke is cleared away first ({@link clearAway}). On failure nothing is
 * left running. Says in the end where everything is, and what to type next.
 */
export async function up(options: UpOptions): Promise<void> {
  const { folder, progress } = options;
  await withLock(join(PROJECT, ".build/up.lock"), () => upAlone(options), progress);
  nextSteps(folder).forEach(progress);
}

async function upAlone(options: UpOptions): Promise<void> {
  const { folder, progress } = options;
  const { state } = stateOf(folder);
  if (state === "up") return progress("it is up already");
  if (state === "broken") await clearAway(folder, progress, options.ask);
  // What is waited for then ends at once, and with it the attempt.
  options.signal?.addEventListener("abort", () => void takeDown(folder, { keepLogs: true }), { once: true });
  try {
    await step(progress, "bringing the world up", () => start(options));
  } catch (error) {
    await takeDown(folder, { keepLogs: true });
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function start({ folder, controller, env, progress, signal }: UpOptions): Promise<void> {
  const place: Place = {
    dataDir: join(folder, "data"),
    logDir: join(folder, "logs"),
    detached: true,
    onStart: ({ name, pid }) => {
      signal?.throwIfAborted();
      writePidFile(folder, name, pid);
    },
  };
  mkdirSync(folder, { recursive: true });
  const parts = await startParts(place, { progress, env });
  if (controller) {
    const settings = {
      kubeconfig: parts.controllerAccess.kubeconfig,
      kongAdminUrl: parts.kong.adminUrl,
      publishAddress: new URL(parts.kong.proxyUrl).hostname,
      env,
    };
    await step(progress, "controller", () => startController(place, settings));
  }
  const tenants = await tenantKubeconfigs(parts);
  await parts.cluster.api.close();
  writeFileSync(envFileOf(folder), envFile({ ...variables(folder, parts), ...tenants }), { mode: 0o600 });
}

/** Two users who may do nothing yet, each with a kubeconfig whose namespace is to be that team's: docs/tutorial.md. */
const tenants = [
  { variable: "ACME_KUBECONFIG", user: "wile", namespace: "acme-org" },
  { variable: "MARVIN_KUBECONFIG", user: "marvin", namespace: "marvin-org" },
] as const;

/** Their kubeconfigs, by variable. */
async function tenantKubeconfigs({ cluster }: Parts): Promise<Record<string, string>> {
  const entries = tenants.map(async ({ namespace, user, variable }) => {
    const { kubeconfig } = await cluster.user(user, [], namespace);
    return [variable, kubeconfig] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function variables(folder: string, { cluster, kong, controllerAccess, path }: Parts): Record<string, string> {
  return {
    KUBECONFIG: cluster.kubeconfig,
    KONG_ADMIN_URL: kong.adminUrl,
    KONG_PROXY_URL: kong.proxyUrl,
    ...(kong.proxyTls === undefined ? {} : { KONG_PROXY_TLS: kong.proxyTls }),
    PATH: path,
    // What kubectl remembers of a server goes by its address, which may be another cluster's next time.
    KUBECACHEDIR: join(folder, "data/kubectl-cache"),
    CONTROLLER_KUBECONFIG: controllerAccess.kubeconfig,
    ...(kong.ours ? { [OWN_GATEWAY]: kong.adminUrl } : {}),
  };
}
