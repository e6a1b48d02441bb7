import { Agent, request } from "undici";

/** What the gateway itself answered. */
export interface ProxyAnswer {
  readonly status: number;
  /** As far as it is read. */
  readonly body: string;
}

/** Asks the gateway's proxies, not its Admin API. */
export interface ProxyClient {
  /** Asks one address for a host and path, over a connection of its own, so that any worker may answer. Rejects where none does. */
  readonly ask: (url: string, host: string, path: string, signal: AbortSignal) => Promise<ProxyAnswer>;
  readonly close: () => Promise<void>;
}

const timeoutMs = 5000;
const mostBytes = 4096;

/**
 * A client for the gateway's own addresses, http or https. Certificates are not checked: what is asked for is no secret, and
 * shows only how far the gateway is.
 */
export function proxyClient(): ProxyClient {
  const agent = new Agent({
    allowH2: false,
    pipelining: 0,
    keepAliveTimeout: 1,
    connect: { rejectUnauthorized: false, timeout: timeoutMs },
  });
  return {
    ask: async (url, host, path, signal) => {
      const { statusCode, body } = await request(new URL(path, url), {
        dispatcher: agent,
        headers: { host },
        reset: true,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return { status: statusCode, body: await firstBytes(body) };
    },
    close: () => agent.close(),
  };
}

async function firstBytes(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString("utf8");
}
