import { startAdmin } from "./admin/server.ts";
import { CallLog } from "./calls.ts";
import { nodeConfiguration } from "./configuration.ts";
import { startFaultControl } from "./fault-control.ts";
import { Faults } from "./faults.ts";
import { startProxy, type Resolve } from "./proxy/index.ts";
import { Store } from "./store.ts";

export type { CallLog, RecordedCall } from "./calls.ts";
export type { Effect, FaultRule, Faults } from "./faults.ts";
export type { Store } from "./store.ts";

/** How the gateway is started; ports are free ones unless given. */
export type GatewayOptions = {
  readonly host?: string;
  readonly adminPort?: number;
  readonly proxyPort?: number;
  readonly tlsPort?: number;
  /** A port for faults and calls over HTTP; there is none unless it is given (0 for a free one). */
  readonly controlPort?: number;
  /** Seconds until a write is live in the proxy; 0 for at once. */
  readonly workerStateUpdateFrequency?: number;
  /** Where a service's host is; the default maps `<service>.<namespace>.svc` to 127.0.0.1. */
  readonly resolve?: Resolve;
  /** Whether the proxy answers `Kong-Debug` with the names of route and service. */
  readonly allowDebugHeader?: boolean;
  /** The ports that routes see in place of the proxy's own, as Kong's port_maps gives them. */
  readonly reportedPorts?: { readonly proxy: number; readonly tls: number };
  /** The time in milliseconds since 1970. */
  readonly now?: () => number;
};

/** A running gateway: the stand-in for Kong, Admin API and proxy on one store. */
export type RunningGateway = {
  readonly adminUrl: string;
  readonly proxyUrl: string;
  /** "host:port" of the proxy's TLS listener. */
  readonly tlsAddress: string;
  readonly controlUrl: string | undefined;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly store: Store;
  readonly stop: () => Promise<void>;
};

/** Starts the gateway in this process. Throws if a port is taken. */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const { host = "127.0.0.1", workerStateUpdateFrequency = 0, now = Date.now } = options;
  const store = new Store();
  const calls = new CallLog();
  const faults = new Faults(calls, now);
  const admin = await startAdmin({
    db: { store, now: () => Math.floor(now() / 1000) },
    host,
    port: options.adminPort ?? 0,
    configuration: nodeConfiguration(workerStateUpdateFrequency),
    gate: faults.gate,
  });
  faults.attach(admin.door);
  const proxy = await startProxy({
    store,
    host,
    workerStateUpdateFrequency,
    proxyPort: options.proxyPort ?? 0,
    tlsPort: options.tlsPort ?? 0,
    ...(options.resolve && { resolve: options.resolve }),
    ...(options.allowDebugHeader !== undefined && { allowDebugHeader: options.allowDebugHeader }),
    ...(options.reportedPorts && { reportedPorts: options.reportedPorts }),
  }).catch(async (error: unknown) => {
    await admin.close();
    throw error;
  });
  const control =
    options.controlPort === undefined ? undefined : await startFaultControl(faults, calls, host, options.controlPort);
  return {
    adminUrl: `http://${host}:${admin.port}`,
    proxyUrl: `http://${host}:${proxy.proxyPort}`,
    tlsAddress: `${host}:${proxy.tlsPort}`,
    controlUrl: control && `http://${host}:${control.port}`,
    faults,
    calls,
    store,
    stop: async () => {
      await Promise.all([admin.close(), proxy.close(), control?.close()]);
    },
  };
}
