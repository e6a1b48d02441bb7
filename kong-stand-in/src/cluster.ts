import { startProxy, type Proxy, type ProxyOptions } from "./proxy/index.ts";
import { replicaOf } from "./replica.ts";
import { Routers } from "./routers.ts";
import type { Store } from "./store.ts";
import type { Timing } from "./timing.ts";

/** How many nodes and workers there are, and how far each may be behind the database. */
export type ClusterOptions = {
  /** Nodes of the cluster, each with a proxy of its own; the Admin API is the first one's. */
  readonly nodes: number;
  /** Workers of each node. */
  readonly workers: number;
  /** Seconds between two times that a worker takes over routes, or plugins; 0 for at once. */
  readonly workerStateUpdateFrequency: number;
  /** Seconds between two times that another node hears of changes; 0 for at once. */
  readonly dbUpdateFrequency: number;
  readonly timing: Timing;
};

/** The proxies of all nodes; of the first one on the ports that were asked for. */
export type Cluster = {
  readonly proxies: readonly Proxy[];
  readonly routers: Routers;
  readonly close: () => Promise<void>;
};

/**
 * Starts the proxies of all nodes. The first node's is on the store itself, the others follow it at their own pace.
 * @throws if a port is taken.
 */
export async function startCluster(
  store: Store,
  options: ClusterOptions,
  proxyOptions: Omit<ProxyOptions, "store" | "workers" | "following">,
): Promise<Cluster> {
  const { nodes, workers, dbUpdateFrequency, timing } = options;
  const following = { frequency: options.workerStateUpdateFrequency, timing };
  const replicas = Array.from({ length: nodes - 1 }, () => replicaOf(store, dbUpdateFrequency, timing));
  const proxies: Proxy[] = [];
  const close = async (): Promise<void> => {
    for (const replica of replicas) replica.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  };
  try {
    proxies.push(await startProxy({ ...proxyOptions, store, workers, following }));
    const elsewhere = { ...proxyOptions, proxyPort: 0, tlsPort: 0 };
    for (const replica of replicas)
      proxies.push(await startProxy({ ...elsewhere, store: replica.store, workers, following }));
  } catch (error) {
    await close();
    throw error;
  }
  return { proxies, routers: new Routers(proxies.map((proxy) => proxy.workers)), close };
}
