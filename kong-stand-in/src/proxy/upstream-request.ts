import type { Service } from "../entities.ts";
import { bytesOf } from "./bytes.ts";
import type { Exchange } from "./exchange.ts";
import { listed, type HeaderList } from "./headers.ts";
import { escapedPath, upstreamPath } from "./uri.ts";

/** What Kong calls itself in Via and Server. */
export const SERVER_TOKEN = "kong/3.9.1";

/** The request target for the upstream: the service's path with what the route leaves of the client's, and its query. */
export function upstreamTarget({ request, destination }: Exchange): string {
  const { route, service, prefix } = destination;
  const path = upstreamPath(bytesOf(service?.path ?? "/"), request.path, prefix, route.strip_path);
  const query = request.query !== undefined || request.target.endsWith("?") ? `?${request.query ?? ""}` : "";
  return escapedPath(path) + query;
}

/** The Host header for the upstream, unless the client's is kept: the port is named if it is not the scheme's own. */
export function upstreamHost(host: string, service: Service): string {
  const usual = service.protocol === "https" ? 443 : 80;
  return service.port === usual ? host : `${host}:${service.port}`;
}

/**
 * The header lines for the upstream: Kong's own first, then the client's without those that Kong sets, those that
 * concern one connection only (RFC 9110, section 7.6.1), and those that a plugin took away.
 */
export function upstreamHeaders(
  exchange: Exchange,
  host: string,
  contentLength: number | undefined,
  isUpgrade: boolean,
): HeaderList {
  const { request, requestId } = exchange;
  const own = ownHeaders(exchange, host, isUpgrade);
  const body: HeaderList = contentLength === undefined ? [] : [["Content-Length", String(contentLength)]];
  const ownNames = new Set([...OWN_NAMES, ...hopByHop(request.header("connection")[0], isUpgrade)]);
  const changes = exchange.upstreamHeaders;
  const passed = request.headers.filter(
    ([name]) => !ownNames.has(name.toLowerCase()) && !changes.has(name.toLowerCase()),
  );
  const added = [...changes.values()].filter((line) => line !== undefined);
  const all: HeaderList = [...own, ["X-Kong-Request-Id", requestId], ...body, ...passed, ...added];
  return all.map(([name, value]) => [name, value.replaceAll(/[\x00-\x08\x0a-\x1f\x7f]/g, "")]);
}

/** Whether the client wants its connection for the WebSocket protocol; no other upgrade passes. */
export function wantsWebSocket(upgrade: string | undefined): boolean {
  return upgrade?.toLowerCase() === "websocket";
}

function ownHeaders({ request, destination }: Exchange, host: string, isUpgrade: boolean): HeaderList {
  const via = `${request.version} ${SERVER_TOKEN}`;
  const clientVia = request.header("via")[0];
  const forwardedFor = request.header("x_forwarded_for")[0];
  const prefix = destination.route.strip_path ? destination.prefix : undefined;
  const lines: [string, string][] = [];
  if (wantsTrailers(request.header("te")[0])) lines.push(["TE", "trailers"]);
  lines.push(["Via", clientVia === undefined ? via : `${clientVia}, ${via}`], ["Host", host]);
  if (isUpgrade) lines.push(["Upgrade", "websocket"]);
  lines.push(
    ["Connection", isUpgrade ? "keep-alive, Upgrade" : "keep-alive"],
    [
      "X-Forwarded-For",
      forwardedFor === undefined ? request.remoteAddress : `${forwardedFor}, ${request.remoteAddress}`,
    ],
    ["X-Forwarded-Proto", request.scheme],
    ["X-Forwarded-Host", request.host],
    ["X-Forwarded-Port", String(request.port)],
    ["X-Forwarded-Path", request.rawPath],
  );
  if (prefix !== undefined && prefix !== "/") lines.push(["X-Forwarded-Prefix", prefix]);
  return [...lines, ["X-Real-IP", request.remoteAddress]];
}

/** Whether a TE header lets trailers pass. */
export function wantsTrailers(te: string | undefined): boolean {
  return listed(te).includes("trailers");
}

function hopByHop(connection: string | undefined, isUpgrade: boolean): readonly string[] {
  return listed(connection).filter((name) => !(name === "upgrade" && isUpgrade));
}

/** The client's lines that Kong replaces or drops. */
const OWN_NAMES = [
  "te",
  "via",
  "host",
  "upgrade",
  "connection",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-path",
  "x-forwarded-prefix",
  "x-real-ip",
  "x-kong-request-id",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "expect",
  "proxy",
  "proxy-connection",
];
