import * as http from "node:http";
import * as https from "node:https";
import { isIP } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";

import type { Target } from "./target.ts";

/** One request to the API server. */
export interface Call {
  readonly method: string;
  /** Path and query, from `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Its answer; the body has to be read, or destroyed. */
export type Reply = http.IncomingMessage;

/** Sends calls to one target over connections that are kept. */
export interface Wire {
  readonly send: (call: Call) => Promise<Reply>;
  /** Ends every connection. */
  readonly close: () => void;
}

/** Opens the way to a target: TLS as its kubeconfig says, through `proxy` where one is given. Nothing is sent yet. */
export function openWire(target: Target, proxy: string | undefined): Wire {
  const server = new URL(target.server);
  const secure = server.protocol === "https:";
  const options = secure ? tlsOptions(target, server) : {};
  const agent = secure ? new https.Agent({ keepAlive: true, ...options }) : new http.Agent({ keepAlive: true });
  const prefix = server.pathname === "/" ? "" : server.pathname;
  const connect =
    proxy === undefined ? undefined : throughProxy(target, new URL(proxy), server, secure ? options : undefined);
  const send = async ({ method, path, headers, body, signal }: Call): Promise<Reply> => {
    const socket = await connect?.(signal);
    return await new Promise((resolve, reject) => {
      const request = (secure ? https : http).request({
        host: server.hostname.replace(/^\[|\]$/g, ""),
        port: server.port || (secure ? 443 : 80),
        method,
        path: prefix + path,
        headers: {
          ...(headers as http.OutgoingHttpHeaders),
          host: server.host,
          // Node expects no body of a DELETE, and would send it without saying how long it is
          ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
        },
        signal,
        ...(socket === undefined ? { agent } : { createConnection: () => socket }),
      });
      request.on("response", resolve);
      request.on("socket", (used) => limitDial(used));
      request.on("error", reject);
      request.end(body);
    });
  };
  return { send, close: () => agent.destroy() };
}

/** A server that does not even accept the connection is given up after kubectl's 30 seconds. */
function limitDial(socket: Socket): void {
  if (!socket.connecting) return;
  socket.setTimeout(30_000, () => socket.destroy(new Error("no connection within 30 seconds")));
  socket.once("connect", () => socket.setTimeout(0));
}

/** TLS to the server, or to an https proxy on the way, for which kubectl takes the same. */
function tlsOptions(target: Target, to: URL): tls.ConnectionOptions {
  const { certificate } = target.credential;
  const host = to.hostname.replace(/^\[|\]$/g, "");
  // as kubectl: the system's, where there are any, and never those that Node brings
  const authorities = target.ca === undefined ? tls.getCACertificates("system") : [target.ca];
  return {
    host,
    rejectUnauthorized: !target.insecure,
    ALPNProtocols: ["http/1.1"],
    secureContext: tls.createSecureContext({
      ...trusting(authorities),
      ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    }),
    // the name that is asked for (SNI) and expected; an address can't be asked for (RFC 6066)
    ...(target.tlsServerName === undefined && isIP(host) !== 0 ? {} : { servername: target.tlsServerName ?? host }),
  };
}

/**
 * Trusts these authorities (PEM) and no others. The option `ca` says the same for one connection, and has Node read all the
 * authorities that it brings before it takes these: it is for Node 23, and 24 before 24.5, which can't be told otherwise.
 *
 * @throws Error where there is no certificate in them.
 */
function trusting(authorities: readonly string[]): tls.SecureContextOptions {
  if (!("setDefaultCACertificates" in tls)) return { ca: [...authorities] };
  try {
    tls.setDefaultCACertificates(authorities);
  } catch (cause) {
    throw new Error("unable to load root certificates: there is none in the certificate authority", { cause });
  }
  return {};
}

/** A connection to the server through an HTTP proxy's CONNECT, with TLS to the server inside it. */
function throughProxy(
  target: Target,
  proxy: URL,
  server: URL,
  secure: tls.ConnectionOptions | undefined,
): (signal: AbortSignal | undefined) => Promise<Duplex> {
  if (!/^https?:$/.test(proxy.protocol))
    throw new Error(`the proxy ${proxy.protocol}//${proxy.host} can't be used: only http and https proxies can`);
  const isSecure = proxy.protocol === "https:";
  const way = isSecure ? tlsOptions(target, proxy) : {};
  const authority = `${server.hostname}:${server.port || (secure === undefined ? "80" : "443")}`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const headers = {
    host: authority,
    ...(proxy.username === "" ? {} : { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` }),
  };
  return (signal) =>
    new Promise((resolve, reject) => {
      const request = (isSecure ? https : http).request({
        ...way,
        host: proxy.hostname.replace(/^\[|\]$/g, ""),
        port: proxy.port || (isSecure ? 443 : 80),
        method: "CONNECT",
        path: authority,
        headers,
        agent: false,
        ...(signal === undefined ? {} : { signal }),
      });
      request.on("error", reject);
      request.on("connect", (answer, socket) => {
        if (answer.statusCode !== 200) {
          socket.destroy();
          reject(
            new Error(`the proxy ${proxy.host} refused: ${String(answer.statusCode)} ${answer.statusMessage ?? ""}`),
          );
          return;
        }
        resolve(secure === undefined ? socket : tls.connect({ ...secure, socket }));
      });
      request.end();
    });
}
