import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, type Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { kongError, serverError, type Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { Gateway } from "./gateway.ts";
import { flat, type HeaderList } from "./headers.ts";
import { sendOwn } from "./send.ts";
import { latencyHeaders, OUTBOUND_VIA, proxiedHeaders, type Latencies } from "./upstream-answer.ts";
import {
  SERVER_TOKEN,
  upstreamHeaders,
  upstreamHost,
  upstreamTarget,
  wantsTrailers,
  wantsWebSocket,
} from "./upstream-request.ts";
import type { Outcome } from "./upstream.ts";

/** The client's side of an exchange; `socket` only where the client asked for another protocol on its connection. */
export type ClientSide = {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket?: Duplex;
};

/**
 * Passes a request to its service and the answer back. Returns an answer only where the upstream was never asked;
 * one that failed is told to the client here.
 */
export async function proxy(
  gateway: Gateway,
  exchange: Exchange,
  client: ClientSide,
  started: number,
  debug: HeaderList,
): Promise<Answer | undefined> {
  const { request, requestId, destination } = exchange;
  const service = { ...destination.service!, ...exchange.overrides.target };
  const address = await gateway.resolve(service.host);
  if (address === undefined) return kongError(503, "name resolution failed", requestId, request.header);

  const body = await bodyOf(client.incoming, destination.route.request_buffering);
  const isUpgrade = client.socket !== undefined && wantsWebSocket(request.header("upgrade")[0]);
  const kept = destination.route.preserve_host ? request.hostHeader : undefined;
  const set = exchange.overrides.host ?? kept;
  const host = set === undefined || set === "" ? upstreamHost(service.host, service) : set;
  const headers = upstreamHeaders(exchange, host, body.length, isUpgrade);
  const chunked: HeaderList = body.isChunked ? [["Transfer-Encoding", "chunked"]] : [];
  const abort = new AbortController();
  client.response.on("close", () => client.response.writableFinished || abort.abort());
  const sent = gateway.now();
  const outcome = await gateway.upstreams.send(
    {
      service,
      address,
      method: request.method,
      target: upstreamTarget(exchange),
      host,
      headers: [...headers, ...chunked],
      body: body.content,
    },
    abort.signal,
  );
  const latencies = { proxy: sent - started, upstream: gateway.now() - sent };
  deliver(outcome, exchange, client, latencies, [...debug, ...exchange.answerHeaders]);
  return undefined;
}

function deliver(
  outcome: Outcome,
  exchange: Exchange,
  client: ClientSide,
  latencies: Latencies,
  added: HeaderList,
): void {
  const { request, requestId } = exchange;
  const { response } = client;
  const id: HeaderList = [["X-Kong-Request-Id", requestId]];
  if (outcome.kind === "failed") {
    sendOwn(response, serverError(outcome.status, requestId, request.header), [
      ...added,
      ...latencyHeaders(latencies),
      ["Via", OUTBOUND_VIA],
      ["Server", SERVER_TOKEN],
      ...id,
    ]);
    return;
  }
  const { answer } = outcome;
  const headers = [...proxiedHeaders(answer, wantsTrailers(request.header("te")[0]), latencies), ...added, ...id];
  if (outcome.kind === "answered") {
    if (response.destroyed) return void answer.destroy();
    response.writeHead(answer.statusCode!, printable(answer.statusMessage), flat(headers));
    pipeline(answer, response, () => undefined);
    return;
  }
  if (client.socket === undefined) return void outcome.socket.destroy();
  connect(client, client.socket, outcome, headers);
}

/** Hands both connections to each other after the answer to an upgrade. */
function connect(
  { response }: ClientSide,
  socket: Duplex,
  { answer, socket: upstream, head }: Extract<Outcome, { kind: "upgraded" }>,
  headers: HeaderList,
): void {
  const upgrade = answer.headers.upgrade ?? "websocket";
  const lines = [...headers, ["Connection", "upgrade"] as const, ["Upgrade", upgrade] as const];
  const text = [
    `HTTP/1.1 101 ${printable(answer.statusMessage)}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  response.detachSocket(socket as Parameters<ServerResponse["detachSocket"]>[0]);
  socket.write(`${text.join("\r\n")}\r\n\r\n`, "latin1");
  socket.write(head);
  pipeline(socket, upstream, () => upstream.destroy());
  pipeline(upstream, socket, () => socket.destroy());
}

function printable(statusMessage: string | undefined): string {
  return (statusMessage ?? "").replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "");
}

type Body = {
  readonly content: Buffer | IncomingMessage | undefined;
  readonly length: number | undefined;
  readonly isChunked: boolean;
};

/** Kong reads a chunked body to its end before it asks the upstream, unless the route turns request buffering off. */
async function bodyOf(incoming: IncomingMessage, isBuffered: boolean): Promise<Body> {
  const length = incoming.headers["content-length"];
  if (incoming.headers["transfer-encoding"] !== undefined) {
    if (!isBuffered) return { content: incoming, length: undefined, isChunked: true };
    const content = await buffer(incoming);
    return { content, length: content.length, isChunked: false };
  }
  if (length !== undefined) return { content: incoming, length: Number(length), isChunked: false };
  return { content: undefined, length: hasBodyByHabit(incoming.method) ? 0 : undefined, isChunked: false };
}

/** Methods for which Node would announce a chunked body where nginx announces none: an empty one comes closest. */
function hasBodyByHabit(method: string | undefined): boolean {
  return !["GET", "HEAD", "DELETE", "OPTIONS"].includes(method ?? "GET");
}
