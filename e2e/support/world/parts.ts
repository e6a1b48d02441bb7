import { join } from "node:path";
import type { ServiceAccountAccess } from "../controlplane/access.ts";
import { startControlPlane } from "../controlplane/control-plane.ts";
import type { ControlPlane, ControlPlaneOptions } from "../controlplane/control-plane.ts";
import type { Place } from "../controlplane/place.ts";
import { step } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { CRDS, setUpCluster } from "./cluster-setup.ts";
import { startDockerKong, startGateway } from "./gateway-process.ts";
import { givenKong, wantsDocker } from "./given-kong.ts";
import type { KongAddresses } from "./given-kong.ts";
import { toolFolder } from "./tool-folder.ts";

/** A cluster that is ready for a controller, and a Kong. */
export interface Parts {
  readonly cluster: ControlPlane;
  readonly kong: KongAddresses;
  /** As whom the controller runs. */
  readonly controllerAccess: ServiceAccountAccess;
  /** What the `PATH` of whoever uses kubectl begins with. */
  readonly path: string;
  /** This machine, where backends listen, as Kong reaches it. */
  readonly backendAddress: string;
  /** Whether a controller runs there already, which nobody may start or end. */
  readonly hasController: boolean;
}

/** How the parts are started. */
export interface PartsOptions {
  readonly progress: Progress;
  /** What starts the control plane: {@link startControlPlane} unless given. */
  readonly startCluster?: (options: ControlPlaneOptions) => Promise<ControlPlane>;
  readonly controlPlane?: Pick<ControlPlaneOptions, "priorityAndFairness" | "apiserverArgs">;
  /** Folders with further CustomResourceDefinitions; ours are there always. */
  readonly crds?: readonly string[];
  /** Further arguments of the embedded gateway. */
  readonly gatewayArgs?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts everything but the controller: the control plane with our kinds, and a gateway unless the caller's environment
 * names a Kong: the embedded one, or a Kong in Docker (`KONG=docker`). What was started when something fails has been told to `place.onStart`.
 */
export async function startParts(place: Place, options: PartsOptions): Promise<Parts> {
  const { progress, startCluster = startControlPlane, env = process.env } = options;
  const given = givenKong(env);
  const inDocker = wantsDocker(env);
  const gateway = async (): Promise<KongAddresses> => {
    if (given !== undefined) return given;
    if (inDocker) return step(progress, "Kong and PostgreSQL in Docker", () => startDockerKong(place, env));
    return step(progress, "gateway", () => startGateway(place, options.gatewayArgs));
  };
  const controlPlane = (): Promise<ControlPlane> =>
    step(progress, "control plane (etcd, kube-apiserver, kube-controller-manager)", () =>
      startCluster({ ...options.controlPlane, ...place, crds: [CRDS, ...(options.crds ?? [])], progress }),
    );
  // Both are awaited even if one fails: nothing may start after the caller has begun to clean up.
  const [cluster, kong] = await Promise.allSettled([controlPlane(), gateway()]);
  if (cluster.status === "rejected") throw cluster.reason;
  if (kong.status === "rejected") throw kong.reason;
  const path = toolFolder(join(place.dataDir, "bin"), cluster.value.kubectl);
  const controllerAccess = await step(progress, "namespace, rights and IngressClass", () =>
    setUpCluster(cluster.value),
  );
  return {
    cluster: cluster.value,
    kong: kong.value,
    controllerAccess,
    path,
    backendAddress: "127.0.0.1",
    hasController: false,
  };
}
