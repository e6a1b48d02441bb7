import { Agent, ProxyAgent } from "undici";
import type { Dispatcher } from "undici";
import type { Credentials } from "./access.ts";

/** Connections to one API server with one set of certificates. */
export interface Pools {
  /** Kept alive and shared. */
  readonly calls: Dispatcher;
  /** As many as there are streams: a watch never stands in the way of a call. */
  readonly streams: Dispatcher;
  /** For the few calls that must not queue behind others. */
  readonly urgent: Dispatcher;
}

/**
 * Opens the pools. HTTP/1.1, since a stalled HTTP/2 connection stalls everything on it at once; time limits are the
 * transport's own, so undici's are off. Dead peers are noticed by TCP keep-alive after about 25 s.
 */
export function openPools(tls: Credentials["tls"], proxyUrl: string | undefined, connections: number): Pools {
  const limits = {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
  };
  const connect = { ...tls, timeout: 5_000, keepAlive: true, keepAliveInitialDelay: 15_000 };
  const open = (count: number | null): Dispatcher =>
    proxyUrl === undefined
      ? new Agent({ ...limits, connect, connections: count })
      : new ProxyAgent({ ...limits, uri: proxyUrl, requestTls: connect, connections: count });
  return { calls: open(connections), streams: open(null), urgent: open(2) };
}

/** Lets what is under way finish. */
export async function retirePools(pools: Pools): Promise<void> {
  await Promise.all([pools.calls.close(), pools.streams.close(), pools.urgent.close()]);
}

/** Ends everything at once; what is under way fails. */
export async function destroyPools(pools: Pools): Promise<void> {
  await Promise.all([pools.calls.destroy(), pools.streams.destroy(), pools.urgent.destroy()]);
}
