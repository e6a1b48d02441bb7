import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { ControlPlane } from "../controlplane/control-plane.ts";
import type { Place } from "../controlplane/place.ts";
import type { RunningProcess } from "../process.ts";
import { silent } from "../progress.ts";
import { startBackend } from "./backend.ts";
import type { Backend, BackendOptions } from "./backend.ts";
import { controllers } from "./controllers.ts";
import type { Controllers } from "./controllers.ts";
import { givenCluster, givenParts, leave } from "./given-cluster.ts";
import type { KongAddresses } from "./given-kong.ts";
import { runKubectl } from "./kubectl.ts";
import type { Output } from "./kubectl.ts";
import { startParts } from "./parts.ts";
import { runScript } from "./script.ts";
import type { ScriptOptions } from "./script.ts";
import type { Parts, PartsOptions } from "./parts.ts";
import { proxyRequest } from "./proxy-request.ts";
import type { ProxyAnswer, ProxyRequest } from "./proxy-request.ts";
import { createTenant } from "./tenant.ts";

/** What a world may be told; everything has a default. */
export interface WorldOptions extends Partial<PartsOptions> {
  /** How many controllers run from the start; `true` is one. None unless given. */
  readonly controller?: boolean | number;
  /** Further arguments of these controllers. */
  readonly controllerArgs?: readonly string[];
}

/** How a command of `world.kubectl` is run. */
export interface CommandOptions {
  readonly input?: string;
  readonly namespace?: string;
  /** Further variables for kubectl and its plugins. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeout?: number;
}

/** A team: a user who may edit claims, routes and Services in one namespace, and nothing elsewhere. */
export interface Tenant {
  readonly user: string;
  readonly namespace: string;
  readonly kubeconfig: string;
  /** kubectl as this user, in this namespace unless the arguments say otherwise. */
  readonly kubectl: (args: readonly string[], options?: CommandOptions) => Promise<Output>;
}

/** A cluster, a Kong, and as many controllers as wanted, in a temporary folder; all of it ends with our process. */
export interface World extends KongAddresses, Controllers {
  readonly cluster: ControlPlane;
  /** Where its processes live: what else is launched there ends with the world. */
  readonly place: Place;
  readonly dataDir: string;
  /** kubectl as cluster admin, or as the user that `as` names. */
  readonly kubectl: (args: readonly string[], options?: CommandOptions & { readonly as?: string }) => Promise<Output>;
  /** Runs a shell script as cluster admin, in `dataDir` unless told otherwise; see {@link runScript}. */
  readonly script: (script: string, options?: Partial<ScriptOptions>) => Promise<string>;
  /** The file of a user's kubeconfig: a tenant's, or the cluster admin's when no user is named. */
  readonly kubeconfigOf: (user?: string) => string;
  readonly tenant: (user: string, namespace: string) => Promise<Tenant>;
  readonly backend: (options: BackendOptions) => Promise<Backend>;
  /** Sends a request through the gateway. */
  readonly request: (request: ProxyRequest) => Promise<ProxyAnswer>;
  readonly stop: () => Promise<void>;
}

/** Starts a world for a test. Call `stop` when done. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), "domain-claims-"));
  const started: RunningProcess[] = [];
  const backends: Backend[] = [];
  const place: Place = {
    dataDir,
    logDir: join(dataDir, "logs"),
    detached: false,
    onStart: (running) => started.push(running),
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...started.map((running) => running.stop()), ...backends.map((backend) => backend.close())]);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const given = givenCluster(options.env ?? process.env);
    const parts = given ? await givenParts(given, place) : await startParts(place, { progress: silent, ...options });
    const world = worldOf(place, parts, options, backends, stop);
    if (!parts.hasController) await world.startController(Number(options.controller ?? 0));
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

function worldOf(
  place: Place,
  { cluster, kong, controllerAccess, path, backendAddress, hasController }: Parts,
  options: WorldOptions,
  backends: Backend[],
  stop: () => Promise<void>,
): World {
  const users = new Map<string, string>();
  const namespaces = new Set<string>();
  const kubeconfigOf = (user?: string): string => {
    const file = user === undefined ? cluster.kubeconfig : users.get(user);
    if (file === undefined) throw new Error(`nobody is called ${user}; make a tenant first`);
    return file;
  };
  const env = hermetic(options.env ?? process.env, place.dataDir, path);
  const run = (kubeconfig: string, args: readonly string[], { env: more, ...rest }: CommandOptions): Promise<Output> =>
    runKubectl(cluster.kubectl, args, { ...rest, kubeconfig, env: { ...env, ...more } });
  return {
    ...kong,
    ...controllers(place, {
      kubeconfig: controllerAccess.kubeconfig,
      kongAdminUrl: kong.adminUrl,
      publishAddress: new URL(kong.proxyUrl).hostname,
      args: options.controllerArgs ?? [],
      env,
    }),
    cluster,
    place,
    dataDir: place.dataDir,
    kubectl: (args, { as, ...more } = {}) => run(kubeconfigOf(as), args, more),
    script: (script, { env: more, ...options } = {}) =>
      runScript(script, {
        cwd: place.dataDir,
        env: { ...env, KUBECONFIG: cluster.kubeconfig, KONG_ADMIN_URL: kong.adminUrl, ...more },
        ...options,
      }),
    kubeconfigOf,
    tenant: async (user, namespace) => {
      await createTenant(cluster.api, user, namespace);
      namespaces.add(namespace);
      const { kubeconfig } = await cluster.user(user, [], namespace);
      users.set(user, kubeconfig);
      return { user, namespace, kubeconfig, kubectl: (args, more = {}) => run(kubeconfig, args, more) };
    },
    backend: async (wanted) => {
      const backend = await startBackend(cluster.api, wanted, backendAddress);
      backends.push(backend);
      return backend;
    },
    request: (wanted) => proxyRequest(kong, wanted),
    stop: async () => {
      // What others gave stays, without what was done there.
      if (hasController) await leave(cluster.api, [...namespaces]);
      await stop();
      await cluster.stop();
    },
  };
}

/** The environment without what would have a part in a test by chance: kubectl's cache and settings, the controller's. */
function hermetic(env: NodeJS.ProcessEnv, dataDir: string, path: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(DOMAIN_CLAIMS_|KONG_|KUBE|POD_NAMESPACE$)/.test(name));
  return { ...Object.fromEntries(kept), HOME: join(dataDir, "home"), PATH: [path, env["PATH"]].join(delimiter) };
}
