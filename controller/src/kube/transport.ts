import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { systemClock } from "../time/clock.ts";
import type { Clock } from "../time/clock.ts";
import type { Credentials } from "./access.ts";
import { deadlineOf, unlessAborted } from "./deadline.ts";
import { failureOf, flat, headersOf, linesUntil, nameOf, parsedBody, pathOf } from "./http.ts";
import { destroyPools, openPools, retirePools } from "./pools.ts";
import type { Pools } from "./pools.ts";
import type { KubeRequest, KubeTransport } from "./calls.ts";
import { EventLoop } from "../time/event-loop.ts";

/** Which cluster, and how. */
export interface KubeTransportConfig {
  /** A kubeconfig file; default: KUBECONFIG, the ServiceAccount of the pod, ~/.kube/config (in this order). */
  readonly kubeconfig?: string | undefined;
  /** A context of the kubeconfig; default: its current one. */
  readonly context?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Most connections for calls; every stream has one of its own besides. Default: 16. */
  readonly connections?: number | undefined;
  readonly clock?: Clock | undefined;
  /** What else there is to do shares it; default: one of its own. */
  readonly eventLoop?: EventLoop | undefined;
}

/** A transport, and the cluster that it was made for. */
export interface ClusterTransport extends KubeTransport {
  /** The API server's address. */
  readonly server: string;
  /** The namespace of the context or of the pod; undefined where neither says. */
  readonly namespace: string | undefined;
}

/**
 * Opens the way to the cluster: pooled connections, credentials that are read again when their files change, one more
 * try with new credentials after a 401. Rejects with a sentence where no cluster is configured; connects to nothing yet.
 */
export async function kubeTransport(config: KubeTransportConfig = {}): Promise<ClusterTransport> {
  const clock = config.clock ?? systemClock;
  const eventLoop = config.eventLoop ?? new EventLoop(clock);
  const { clusterAccess } = await import("./access.ts");
  const access = clusterAccess(config, clock);
  const base = new URL(access.server);
  const all = new Set<Pools>();
  let current: { readonly fingerprint: string; readonly pools: Pools } | undefined;
  let closed = false;

  const poolsFor = ({ tls, tlsFingerprint }: Credentials): Pools => {
    if (closed) throw new Error("the connection to the API server is closed");
    if (current?.fingerprint === tlsFingerprint) return current.pools;
    const old = current?.pools;
    if (old !== undefined) void retirePools(old).then(() => all.delete(old));
    current = { fingerprint: tlsFingerprint, pools: openPools(tls, access.proxyUrl, config.connections ?? 16) };
    all.add(current.pools);
    return current.pools;
  };
  const send = async (
    request: KubeRequest,
    pool: keyof Pools,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const credentials = await unlessAborted(access.credentials(), signal);
    const answer = poolsFor(credentials)[pool].request({
      origin: base.origin,
      path: pathOf(base, request),
      method: request.method,
      headers: headersOf(request, credentials, config.userAgent ?? "domain-claims"),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    });
    // undici heeds the signal of a request only once that has got a connection.
    return await unlessAborted(answer, signal);
  };
  const sendWithFreshCredentials: typeof send = async (request, pool, signal) => {
    const answer = await send(request, pool, signal);
    if (answer.statusCode !== 401) return answer;
    await answer.body.dump();
    access.refused();
    return await send(request, pool, signal);
  };

  return {
    server: access.server,
    namespace: access.namespace,
    request: async (request) => {
      const call = nameOf(request);
      const deadline = deadlineOf(request, clock);
      try {
        const pool = request.urgent === true ? "urgent" : "calls";
        const answer = await sendWithFreshCredentials(request, pool, deadline.signal);
        return {
          status: answer.statusCode,
          headers: flat(answer.headers),
          body: await parsedBody(request, answer, eventLoop),
        };
      } catch (error) {
        throw failureOf(call, error, deadline.signal);
      } finally {
        deadline.end();
      }
    },
    stream: async (request) => {
      const call = nameOf(request);
      const deadline = deadlineOf(request, clock);
      try {
        const answer = await sendWithFreshCredentials(request, "streams", deadline.signal);
        const head = { status: answer.statusCode, headers: flat(answer.headers) };
        if (answer.statusCode !== 200) {
          const body = await parsedBody(request, answer, eventLoop);
          deadline.end();
          return { ...head, lines: Readable.from([]), body };
        }
        deadline.stopTimer();
        return { ...head, lines: linesUntil(call, answer.body, deadline.end) };
      } catch (error) {
        deadline.end();
        throw failureOf(call, error, deadline.signal);
      }
    },
    close: async () => {
      closed = true;
      await Promise.all([...all].map(destroyPools));
    },
  };
}
