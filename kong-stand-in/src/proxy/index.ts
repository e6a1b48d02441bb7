import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { Duplex } from "node:stream";
import { randomBytes } from "node:crypto";
import type { Store } from "../store.ts";
import { serverError } from "./answer.ts";
import { Certificates } from "./certificates.ts";
import { defaultCertificates } from "./default-certificate.ts";
import type { Gateway } from "./gateway.ts";
import { handle } from "./handle.ts";
import { AT_ONCE, Live, type Following } from "./live.ts";
import { LuaPlugins } from "./lua-plugins.ts";
import { resolveServiceHost, type Resolve } from "./resolve.ts";
import { SERVER_TOKEN, wantsWebSocket } from "./upstream-request.ts";
import { Upstreams } from "./upstream.ts";

export type { Resolve } from "./resolve.ts";

/** What the proxy is started with; ports are 0 for free ones. */
export type ProxyOptions = {
  readonly store: Store;
  /** How many workers there are, one unless given; each connection is some worker's. */
  readonly workers?: number;
  /** How they follow the store: at once unless given. */
  readonly following?: Following;
  /** The IP address of a service's host, undefined for an unknown one; the default is `resolveServiceHost`. */
  readonly resolve?: Resolve;
  readonly host?: string;
  readonly proxyPort?: number;
  readonly tlsPort?: number;
  /** Whether `Kong-Debug` makes the answer name route and service, as `allow_debug_header` does. */
  readonly allowDebugHeader?: boolean;
  /** The ports that routes and upstreams see in place of the listeners' own, as Kong's `port_maps` gives them. */
  readonly reportedPorts?: { readonly proxy: number; readonly tls: number };
};

/** A proxy that serves; `close` ends it and every connection. */
export type Proxy = {
  readonly proxyPort: number;
  readonly tlsPort: number;
  /** What each worker has taken over. */
  readonly workers: readonly Live[];
  readonly close: () => Promise<void>;
};

/**
 * Starts the proxy half of the stand-in: HTTP/1.1 in the clear and over TLS, by the entities in the store.
 * @throws if a port is taken.
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { store, host = "127.0.0.1", reportedPorts } = options;
  const certificates = new Certificates(store);
  const upstreams = new Upstreams();
  const following = options.following ?? AT_ONCE;
  const workers = Array.from({ length: options.workers ?? 1 }, (): Gateway => {
    const lua = new LuaPlugins();
    return {
      live: new Live(store, following, (plugin) => lua.forget(plugin.id)),
      lua,
      upstreams,
      resolve: options.resolve ?? resolveServiceHost,
      allowDebugHeader: options.allowDebugHeader ?? false,
      now: () => performance.now(),
    };
  });
  const workerOf = oneForEachConnection(workers, following.timing.chance);
  const builtIn = await defaultCertificates();
  const plain = http.createServer(HTTP_OPTIONS);
  const secure = https.createServer({
    ...HTTP_OPTIONS,
    cert: builtIn.map(({ cert }) => cert),
    key: builtIn.map(({ key }) => key),
    minVersion: "TLSv1.2",
    SNICallback: (name, done) => {
      try {
        done(null, certificates.contextFor(name));
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const ports = await Promise.all([
    listen(plain, host, options.proxyPort ?? 0),
    listen(secure, host, options.tlsPort ?? 0),
  ]);
  serve(plain, workerOf, reportedPorts?.proxy ?? ports[0]);
  serve(secure, workerOf, reportedPorts?.tls ?? ports[1]);
  return {
    proxyPort: ports[0],
    tlsPort: ports[1],
    workers: workers.map(({ live }) => live),
    close: async () => {
      for (const { live } of workers) live.close();
      await Promise.all([plain, secure].map(shut));
      upstreams.close();
      await Promise.all(workers.map(({ lua }) => lua.close()));
    },
  };
}

const HTTP_OPTIONS: http.ServerOptions = {
  // What nginx would take, the gateway judges itself.
  requireHostHeader: false,
  maxHeaderSize: 64 * 1024,
  keepAliveTimeout: 75_000,
  headersTimeout: 60_000,
  requestTimeout: 0,
  shouldUpgradeCallback: (request) => wantsWebSocket(request.headers.upgrade),
};

/** A connection is some worker's, and stays it. */
type WorkerOf = (connection: Duplex) => Gateway;

function oneForEachConnection(workers: readonly Gateway[], chance: () => number): WorkerOf {
  const owners = new WeakMap<Duplex, Gateway>();
  return (connection) => {
    const owner = owners.get(connection) ?? workers[Math.floor(chance() * workers.length)]!;
    owners.set(connection, owner);
    return owner;
  };
}

function serve(server: http.Server | https.Server, workerOf: WorkerOf, port: number): void {
  const serveOne = (incoming: http.IncomingMessage, response: http.ServerResponse, socket?: Duplex): void => {
    handle(workerOf(incoming.socket), { incoming, response, ...(socket === undefined ? {} : { socket }) }, port).catch(
      (error: unknown) => {
        console.error("gateway: a request failed:", error);
        response.destroy();
      },
    );
  };
  server.on("request", (incoming, response) => serveOne(incoming, response));
  server.on("checkContinue", (incoming, response) => {
    response.writeContinue();
    serveOne(incoming, response);
  });
  server.on("upgrade", (incoming, socket) => {
    const response = new http.ServerResponse(incoming);
    response.assignSocket(socket as Parameters<http.ServerResponse["assignSocket"]>[0]);
    response.shouldKeepAlive = false;
    response.on("finish", () => socket.end());
    socket.on("error", () => socket.destroy());
    serveOne(incoming, response, socket);
  });
  server.on("connect", (_incoming, socket) => refuse(socket));
  server.on("clientError", (_error, socket) => refuse(socket));
}

/** Answers what is no request to Node's parser, as nginx answers a bad one. */
function refuse(socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const requestId = randomBytes(16).toString("hex");
  const { body, headers } = serverError(400, requestId, () => []);
  const lines = [
    "HTTP/1.1 400 Bad Request",
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Date: ${new Date().toUTCString()}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "X-Kong-Response-Latency: 0",
    `Server: ${SERVER_TOKEN}`,
    `X-Kong-Request-Id: ${requestId}`,
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function shut(server: http.Server | https.Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
