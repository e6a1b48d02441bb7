import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { serverName } from "./host-header.ts";
import { luaHeaders, type HeaderList } from "./headers.ts";
import { isAcceptableTarget, parseTarget } from "./target.ts";
import { normalizedPath } from "./uri.ts";

/** A client's request as Kong sees it; texts are byte strings as they stood on the wire. */
export type ClientRequest = {
  readonly scheme: "http" | "https";
  readonly method: string;
  readonly version: string;
  /** The request target without scheme and host, with the query: nginx's `$request_uri`. */
  readonly target: string;
  /** The target's path, not normalised. */
  readonly rawPath: string;
  /** The path in the form in which it is routed. */
  readonly path: string;
  /** The query behind `?`, or undefined if there is no `?`. */
  readonly query: string | undefined;
  readonly hostHeader: string | undefined;
  /** The host in lower case, without port and trailing dot: nginx's `$host`. */
  readonly host: string;
  /** The listener's port, as it is to be reported. */
  readonly port: number;
  readonly sni: string | undefined;
  readonly remoteAddress: string;
  readonly headers: HeaderList;
  /** The values of a header, whatever its case. A name with `_` finds the line with `-` if there is none with `_`. */
  readonly header: (name: string) => readonly string[];
};

/** What nginx refuses before Kong routes; `headersRead` tells whether the client's Accept counts. */
export type Refusal = { readonly refused: 400 | 405 | 414 | 494; readonly headersRead: boolean };

/** Reads what Node's parser gives, with the checks that nginx makes beyond it. */
export function clientRequest(incoming: IncomingMessage, port: number): ClientRequest | Refusal {
  const socket = incoming.socket as Partial<TLSSocket> & IncomingMessage["socket"];
  const target = incoming.url ?? "/";
  if (incoming.method!.length + target.length > LONGEST_LINE) return { refused: 414, headersRead: false };
  const parsed = parseTarget(target);
  if (parsed === undefined || !isAcceptableTarget(parsed.target)) return { refused: 400, headersRead: false };

  const headers = pairs(incoming.rawHeaders);
  if (headers.some(([name, value]) => name.length + value.length > LONGEST_LINE)) {
    return { refused: 494, headersRead: false };
  }
  const hosts = headers.filter(([name]) => name.toLowerCase() === "host").map(([, value]) => value);
  const host = serverName(parsed.host ?? hosts[0], incoming.httpVersion);
  if (host === undefined || hosts.length > 1 || (hosts.length === 0 && incoming.httpVersion === "1.1")) {
    return { refused: 400, headersRead: true };
  }
  if (incoming.method === "TRACE" || incoming.method === "CONNECT") return { refused: 405, headersRead: true };

  const header = luaHeaders(headers);
  const rawPath = parsed.target.replace(/(?<=.)\?.*$/s, "");
  return {
    scheme: socket.encrypted === true ? "https" : "http",
    method: incoming.method!,
    version: incoming.httpVersion,
    target: parsed.target,
    rawPath,
    path: normalizedPath(rawPath),
    query: parsed.query,
    hostHeader: hosts[0],
    host,
    port,
    sni: typeof socket.servername === "string" && socket.servername !== "" ? socket.servername : undefined,
    remoteAddress: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    headers,
    header,
  };
}

/** nginx's buffer for a request line or a header line (`large_client_header_buffers 4 8k`), less its line end. */
const LONGEST_LINE = 8 * 1024 - 12;

function pairs(flat: readonly string[]): HeaderList {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!] as const);
}
