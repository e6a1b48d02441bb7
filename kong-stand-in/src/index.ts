import { startAdmin } from "./admin/server.ts";
import { CallLog } from "./calls.ts";
import { startCluster, type ClusterOptions } from "./cluster.ts";
import { nodeConfiguration } from "./configuration.ts";
import { startFaultControl } from "./fault-control.ts";
import { Faults } from "./faults.ts";
import type { Resolve } from "./proxy/index.ts";
import type { Routers } from "./routers.ts";
import { Store } from "./store.ts";
import { realTiming } from "./timing.ts";

export type { Effect, FaultRule } from "./faults.ts";
export type { Store } from "./store.ts";

/** How the gateway is started: ports are free ones unless given, and one worker of one node takes over all at once. */
export type GatewayOptions = Partial<ClusterOptions> & {
  readonly host?: string;
  readonly adminPort?: number;
  readonly proxyPort?: number;
  readonly tlsPort?: number;
  /** A port for faults and calls over HTTP; there is none unless it is given (0 for a free one). */
  readonly controlPort?: number;
  /** From where the chances are drawn: which worker a connection gets, when timers are due; not with a `timing`. */
  readonly seed?: number;
  /** Where a service's host is; the default maps `<service>.<namespace>.svc` to 127.0.0.1. */
  readonly resolve?: Resolve;
  /** Whether the proxy answers `Kong-Debug` with the names of route and service. */
  readonly allowDebugHeader?: boolean;
  /** The ports that routes see in place of the proxy's own, as Kong's port_maps gives them. */
  readonly reportedPorts?: { readonly proxy: number; readonly tls: number };
  /** The time in milliseconds since 1970. */
  readonly now?: () => number;
};

/** Where the proxy of a node listens. */
export type NodeAddresses = {
  readonly proxyUrl: string;
  /** "host:port" of the proxy's TLS listener. */
  readonly tlsAddress: string;
};

/** A running gateway: the stand-in for Kong, Admin API and proxies; the first node's addresses are its own. */
export type RunningGateway = NodeAddresses & {
  readonly adminUrl: string;
  readonly nodes: readonly NodeAddresses[];
  readonly controlUrl: string | undefined;
  readonly faults: Faults;
  readonly routers: Routers;
  readonly calls: CallLog;
  readonly store: Store;
  readonly stop: () => Promise<void>;
};

/** Starts the gateway in this process. Throws if a port is taken. */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const { host = "127.0.0.1", now = Date.now, nodes = 1, workers = 1 } = options;
  const { workerStateUpdateFrequency = 0, dbUpdateFrequency = 0, timing = realTiming(options.seed ?? 1) } = options;
  const store = new Store();
  const calls = new CallLog();
  const faults = new Faults(calls, now);
  const admin = await startAdmin({
    db: { store, now: () => Math.floor(now() / 1000) },
    host,
    port: options.adminPort ?? 0,
    configuration: nodeConfiguration(workerStateUpdateFrequency, dbUpdateFrequency),
    workers,
    gate: faults.gate,
  });
  faults.attach(admin.door);
  const cluster = await startCluster(
    store,
    { nodes, workers, workerStateUpdateFrequency, dbUpdateFrequency, timing },
    {
      host,
      proxyPort: options.proxyPort ?? 0,
      tlsPort: options.tlsPort ?? 0,
      ...(options.resolve && { resolve: options.resolve }),
      ...(options.allowDebugHeader !== undefined && { allowDebugHeader: options.allowDebugHeader }),
      ...(options.reportedPorts && { reportedPorts: options.reportedPorts }),
    },
  ).catch(async (error: unknown) => {
    await admin.close();
    throw error;
  });
  const { proxies, routers } = cluster;
  const addresses = proxies.map(({ proxyPort, tlsPort }) => ({
    proxyUrl: `http://${host}:${proxyPort}`,
    tlsAddress: `${host}:${tlsPort}`,
  }));
  const control =
    options.controlPort === undefined
      ? undefined
      : await startFaultControl({ faults, calls, routers }, host, options.controlPort);
  return {
    adminUrl: `http://${host}:${admin.port}`,
    ...addresses[0]!,
    nodes: addresses,
    controlUrl: control && `http://${host}:${control.port}`,
    faults,
    routers,
    calls,
    store,
    stop: async () => {
      await Promise.all([admin.close(), cluster.close(), control?.close()]);
    },
  };
}
