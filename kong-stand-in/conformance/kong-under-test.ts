import { startGateway } from "../src/index.ts";
import type { ProxyAddress } from "./raw-client.ts";

/** The Kong that a suite is about. */
export type KongUnderTest = {
  readonly proxy: ProxyAddress;
  /** Whether it is the project's stand-in. */
  readonly isStandIn: boolean;
  /** How many workers may each be behind with changes. */
  readonly workers: number;
  /** Makes a call of the Admin API; its status. */
  readonly adminCall: (method: string, path: string, body?: unknown) => Promise<number>;
  readonly close: () => Promise<void>;
};

/**
 * The Kong at `KONG_ADMIN_URL`, `KONG_PROXY_URL` and `KONG_PROXY_TLS` (host:port) if they are set, else the stand-in on
 * free ports. The recorded scenarios need `allow_debug_header` to be on.
 */
export async function kongUnderTest(): Promise<KongUnderTest> {
  const { KONG_ADMIN_URL: admin, KONG_PROXY_URL: proxy, KONG_PROXY_TLS: tls } = process.env;
  if (admin === undefined || proxy === undefined || tls === undefined) return standIn();
  return {
    proxy: proxyAddress(proxy, tls),
    isStandIn: false,
    workers: await workersOf(admin),
    adminCall: callsTo(admin),
    close: () => Promise.resolve(),
  };
}

async function workersOf(admin: string): Promise<number> {
  const root = (await (await fetch(admin)).json()) as { readonly pids: { readonly workers: readonly number[] } };
  return root.pids.workers.length;
}

async function standIn(): Promise<KongUnderTest> {
  const gateway = await startGateway({ allowDebugHeader: true });
  return {
    proxy: proxyAddress(gateway.proxyUrl, gateway.tlsAddress),
    isStandIn: true,
    workers: 1,
    adminCall: callsTo(gateway.adminUrl),
    close: gateway.stop,
  };
}

function proxyAddress(proxyUrl: string, tlsAddress: string): ProxyAddress {
  const { hostname, port } = new URL(proxyUrl);
  return { host: hostname, proxyPort: Number(port || 80), tlsPort: Number(tlsAddress.split(":").at(-1)) };
}

function callsTo(adminUrl: string): KongUnderTest["adminCall"] {
  return async (method, path, body) => {
    const answer = await fetch(`${adminUrl.replace(/\/$/, "")}${path}`, {
      method,
      ...(body === undefined || body === null
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
}
