import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { hostname } from "node:os";

import { jsonBytes } from "./bytes.ts";
import type { Database } from "./database.ts";
import { adminHandler } from "./http/handler.ts";
import type { AdminRequest, Answer } from "./http/message.ts";
import { nginxPage, UNEXPECTED } from "./http/message.ts";
import { KONG_VERSION } from "./http/node-endpoints.ts";
import { loadLua } from "./plugins/lua-syntax.ts";
import type { Table } from "./lua.ts";
import { answerUnparsed } from "./unparsed.ts";

/** What an answer is on the wire. */
export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** Stands between the wire and the Admin API: calls `answer` (or not), and writes to the response (or not). */
export type Gate = (request: AdminRequest, response: ServerResponse, answer: () => WireAnswer) => Promise<void>;

/** How the Admin API is started. */
export type AdminOptions = {
  readonly db: Database;
  readonly host: string;
  readonly port: number;
  readonly configuration: Table;
  readonly workers: number;
  readonly gate: Gate;
};

/** A running Admin API; its door can be closed for a while, and opens on the same port. */
export type Admin = {
  readonly port: number;
  readonly door: { readonly close: () => Promise<void>; readonly open: () => Promise<void> };
  readonly close: () => Promise<void>;
};

const MAX_BODY = 10 * 2 ** 20;

/** Starts the Admin API on the host and port (0 for a free one). */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  await loadLua();
  const counts = { accepted: 0, active: 0, requests: 0 };
  const node = {
    nodeId: randomUUID(),
    hostname: hostname(),
    configuration: options.configuration,
    workers: options.workers,
    connections: () => counts,
  };
  const handle = adminHandler(options.db, node);
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (message, response) => {
    counts.requests++;
    void serve(message, response, handle, options.gate);
  });
  server.on("connection", (socket: Socket) => {
    counts.accepted++;
    counts.active++;
    socket.on("close", () => counts.active--);
  });
  server.on("clientError", (error: Error & { rawPacket?: Buffer }, socket) =>
    answerUnparsed(error, socket as Socket, handle),
  );
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => closed(server);
  return { port, door: { close, open: () => listen(server, options.host, port) }, close };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  handle: (request: AdminRequest) => Answer,
  gate: Gate,
): Promise<void> {
  const started = performance.now();
  const body = await bodyOf(message);
  const request = body && requestOf(message, body);
  if (request === undefined) {
    writeAnswer(response, wireAnswer(nginxPage(413, "Request Entity Too Large"), undefined, started), true);
    return;
  }
  await gate(request, response, () => wireAnswer(answered(handle, request), request, started));
}

/** A fault of ours is Kong's unexpected error, and is told on stderr. */
function answered(handle: (request: AdminRequest) => Answer, request: AdminRequest): Answer {
  if (request.method === "TRACE") return nginxPage(405, "Not Allowed");
  try {
    return handle(request);
  } catch (error) {
    console.error(`${request.method} ${request.path}:`, error);
    return UNEXPECTED;
  }
}

function requestOf(message: IncomingMessage, body: Buffer): AdminRequest {
  const url = message.url ?? "/";
  const at = url.indexOf("?");
  const utf8 = (text: string): string => Buffer.from(text, "latin1").toString();
  return {
    method: message.method ?? "GET",
    path: utf8(at < 0 ? url : url.slice(0, at)),
    query: at < 0 ? "" : utf8(url.slice(at + 1)),
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    body,
  };
}

/**
 * The body; undefined if it is larger than Kong takes (10 MiB). A larger one is read to its end all the same, as nginx
 * does, since a client that can't write on may never read the answer.
 */
async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message) {
      length += (chunk as Buffer).length;
      if (length <= MAX_BODY) chunks.push(chunk as Buffer);
      else chunks.length = 0;
    }
  } catch {
    // The client went away; nobody is there for the answer either.
  }
  return length > MAX_BODY ? undefined : Buffer.concat(chunks);
}

/** The answer with the headers that Kong gives it. */
function wireAnswer(answer: Answer, request: AdminRequest | undefined, started: number): WireAnswer {
  const isPage = answer.page !== undefined;
  const fromNginx = request === undefined || request.method === "TRACE";
  const body = isPage ? Buffer.from(answer.page) : answer.json === undefined ? undefined : jsonBytes(answer.json);
  const headers: Record<string, string> = {
    ...(body && { "Content-Type": isPage ? "text/html; charset=UTF-8" : "application/json; charset=utf-8" }),
    ...(body && { "Content-Length": String(body.length) }),
    ...(!fromNginx && { "Access-Control-Allow-Origin": request.headers["origin"] ?? "*" }),
    ...(!fromNginx && { "Access-Control-Allow-Credentials": "true" }),
    ...(request?.method !== "TRACE" && {
      "X-Kong-Admin-Latency": String(Math.round(performance.now() - started)),
      Server: `kong/${KONG_VERSION}`,
    }),
    ...answer.headers,
  };
  return { status: answer.status, headers, body: body ?? Buffer.alloc(0) };
}

/** Writes a whole answer; `last` ends the connection after it. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: WireAnswer, last = false): void {
  response.shouldKeepAlive &&= !last;
  response.writeHead(status, { ...headers, Connection: response.shouldKeepAlive ? "keep-alive" : "close" });
  response.end(body);
}
