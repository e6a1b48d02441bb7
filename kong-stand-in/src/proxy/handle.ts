import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { kongError, serverError, type Answer } from "./answer.ts";
import { clientRequest, type ClientRequest } from "./client-request.ts";
import type { Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { luaHeaders, type HeaderList } from "./headers.ts";
import type { Destination } from "./live.ts";
import { runPlugins } from "./plugins.ts";
import { protocolAnswer } from "./protocols.ts";
import { proxy, type ClientSide } from "./proxy.ts";
import { sendOwn } from "./send.ts";
import { SERVER_TOKEN } from "./upstream-request.ts";

/** Serves one request, in the order of Kong's access phase: route, protocol, plugins, service, upstream. */
export async function handle(gateway: Gateway, client: ClientSide, port: number): Promise<void> {
  const started = gateway.now();
  const requestId = randomBytes(16).toString("hex");
  const request = clientRequest(client.incoming, port);
  const answer = (made: Answer, headers: HeaderList): void =>
    sendOwn(client.response, made, [
      ...headers,
      ["X-Kong-Response-Latency", String(Math.round(gateway.now() - started))],
      ["Server", SERVER_TOKEN],
      ["X-Kong-Request-Id", requestId],
    ]);
  if ("refused" in request) {
    const header = request.headersRead ? rawHeader(client.incoming) : () => [];
    return answer(serverError(request.refused, requestId, header), [["Connection", "close"]]);
  }

  const destination = gateway.live.destination(request);
  if (destination === undefined) {
    return answer(kongError(404, "no Route matched with those values", requestId, request.header), []);
  }
  const debug = gateway.allowDebugHeader && request.header("kong_debug").length > 0 ? debugHeaders(destination) : [];
  const exchange: Exchange = {
    request,
    requestId,
    destination,
    answerHeaders: [],
    upstreamHeaders: new Map(),
    overrides: {},
  };
  const made =
    protocolAnswer(request, destination.route, requestId) ??
    (await pluginAnswer(gateway, exchange)) ??
    (destination.service === undefined
      ? kongError(503, "no Service found with those values", requestId, request.header)
      : undefined);
  if (made !== undefined) return answer(made, [...debug, ...exchange.answerHeaders]);

  const failure = await proxy(gateway, exchange, client, started, debug);
  if (failure !== undefined) answer(failure, [...debug, ...exchange.answerHeaders]);
}

function pluginAnswer(gateway: Gateway, exchange: Exchange): Promise<Answer | undefined> | undefined {
  const { route, service } = exchange.destination;
  const plugins = gateway.live.plugins.for(route.id, service?.id);
  return plugins.size === 0 ? undefined : runPlugins(plugins, exchange, gateway.lua);
}

function debugHeaders({ route, service }: Destination): HeaderList {
  const lines: (readonly [string, string | null | undefined])[] = [
    ["Kong-Route-Id", route.id],
    ["Kong-Route-Name", route.name],
    ["Kong-Service-Id", service?.id],
    ["Kong-Service-Name", service?.name],
  ];
  return lines.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value] as const]));
}

function rawHeader(incoming: IncomingMessage): ClientRequest["header"] {
  const raw = incoming.rawHeaders;
  return luaHeaders(raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1]!] as const] : [])));
}
