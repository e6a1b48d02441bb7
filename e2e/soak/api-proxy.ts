import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { Agent, request } from "undici";
import { note } from "./fault-counts.ts";
import type { FaultCounts } from "./fault-counts.ts";

/** What goes wrong with a call to the API server: before it gets there, or after it took effect. */
export type ApiEffect = (typeof apiEffects)[number];

/** All that can go wrong with a call. */
export const apiEffects = [
  "503",
  "429",
  "409",
  "reset",
  "503 after it took effect",
  "reset after it took effect",
  "410 to a watch",
] as const;

/** A way to the API server that misbehaves on demand. */
export interface ApiProxy {
  readonly url: string;
  /** The next `count` calls that the effect makes sense for are hit, after `skip` that are left alone. */
  readonly arm: (effect: ApiEffect, skip: number, count: number) => void;
  /** Ends every watch in the middle of its answer. */
  readonly endWatches: () => void;
  /** Nothing goes wrong any more. */
  readonly clear: () => void;
  readonly stop: () => Promise<void>;
}

interface Armed {
  readonly effect: ApiEffect;
  skip: number;
  count: number;
}

/** Starts the way to the API server at `url`, known by its CA: HTTP on loopback; what strikes is added to `counts`. */
export async function startApiProxy(url: string, ca: string, counts: FaultCounts): Promise<ApiProxy> {
  const agent = new Agent({ allowH2: false, connect: { ca }, headersTimeout: 0, bodyTimeout: 0 });
  const watches = new Set<ServerResponse>();
  let armed: readonly Armed[] = [];

  const strike = (method: string, watch: boolean): ApiEffect | undefined => {
    const next = armed.find((one) => fits(one.effect, method, watch) && one.skip-- <= 0);
    if (next === undefined) return undefined;
    next.count -= 1;
    if (next.count === 0) armed = armed.filter((one) => one !== next);
    note(counts, `Kubernetes ${next.effect}`, 1);
    return next.effect;
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = incoming.method ?? "GET";
    const watch = new URL(incoming.url ?? "/", url).searchParams.has("watch");
    const body = await bytesOf(incoming);
    const effect = strike(method, watch);
    if (effect !== undefined && !effect.endsWith("after it took effect")) {
      misbehave(response, effect);
      return;
    }
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const answer = await request(new URL(incoming.url ?? "/", url), {
      ...{ method: method as "GET", headers, body: body.length === 0 ? null : body, dispatcher: agent },
    });
    if (effect !== undefined) {
      await answer.body.dump();
      misbehave(response, effect);
      return;
    }
    response.writeHead(answer.statusCode, answer.headers);
    response.flushHeaders();
    if (watch) watches.add(response);
    response.once("close", () => watches.delete(response));
    await pipeline(answer.body, response);
  };

  const server = createServer((incoming, response) => {
    // Whoever hangs up, here or there, ends the call for both sides.
    serve(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    arm: (effect, skip, count) => {
      armed = [...armed, { effect, skip, count }];
    },
    endWatches: () => {
      note(counts, "Kubernetes watch cut", watches.size);
      for (const watch of watches) watch.socket?.resetAndDestroy();
    },
    clear: () => {
      armed = [];
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await agent.destroy();
    },
  };
}

/** A conflict can only meet a change; what took effect before it failed is told apart only where it changed something. */
function fits(effect: ApiEffect, method: string, watch: boolean): boolean {
  if (effect === "410 to a watch") return watch;
  if (watch) return effect === "503" || effect === "429" || effect === "reset";
  if (effect === "409") return method === "PUT" || method === "PATCH";
  return method !== "GET" || !effect.endsWith("after it took effect");
}

function misbehave(response: ServerResponse, effect: ApiEffect): void {
  if (effect.startsWith("reset")) {
    response.socket?.resetAndDestroy();
    return;
  }
  const code = Number(effect.slice(0, 3));
  const status = {
    apiVersion: "v1",
    kind: "Status",
    status: "Failure",
    code,
    reason: reasons[code],
    message: "induced",
  };
  response.writeHead(code, { "content-type": "application/json", ...(code === 429 ? { "retry-after": "1" } : {}) });
  response.end(JSON.stringify(status));
}

/** As the API server names them: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status. */
const reasons: Readonly<Record<number, string>> = {
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
