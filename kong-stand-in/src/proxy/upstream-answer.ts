import type { IncomingMessage } from "node:http";
import { listed, withCharset, type HeaderList } from "./headers.ts";
import { SERVER_TOKEN } from "./upstream-request.ts";

/** Times of an exchange that went upstream, in milliseconds: before the upstream was asked, and until it answered. */
export type Latencies = { readonly proxy: number; readonly upstream: number };

/** The header lines for the client from the upstream's: less what concerns one connection, with Kong's own. */
export function proxiedHeaders(
  upstream: Pick<IncomingMessage, "rawHeaders" | "statusCode">,
  trailersWanted: boolean,
  latencies: Latencies,
): HeaderList {
  const lines = upstream.rawHeaders.flatMap((name, index, all): [string, string][] =>
    index % 2 === 0 ? [[name, all[index + 1]!]] : [],
  );
  const connection = lines.find(([name]) => name.toLowerCase() === "connection")?.[1];
  const dropped = new Set([...DROPPED, ...listed(connection), ...(trailersWanted ? [] : ["trailer"])]);
  const kept = lines.filter(([name]) => !dropped.has(name.toLowerCase()));
  const via = lines.find(([name]) => name.toLowerCase() === "via")?.[1];
  return [
    ...withCharset(upstream.statusCode ?? 200, kept),
    ...(kept.some(([name]) => name.toLowerCase() === "server") ? [] : [["Server", SERVER_TOKEN] as const]),
    ...latencyHeaders(latencies),
    ["Via", via === undefined ? OUTBOUND_VIA : `${via}, ${OUTBOUND_VIA}`],
  ];
}

/** The lines that tell how long Kong and the upstream took. */
export function latencyHeaders({ proxy, upstream }: Latencies): HeaderList {
  return [
    ["X-Kong-Upstream-Latency", String(Math.round(upstream))],
    ["X-Kong-Proxy-Latency", String(Math.round(proxy))],
  ];
}

/** Kong speaks HTTP/1.1 with every upstream. */
export const OUTBOUND_VIA = `1.1 ${SERVER_TOKEN}`;

/** Lines that nginx keeps for itself. */
const DROPPED = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-kong-request-id",
  "x-pad",
  "x-accel-expires",
  "x-accel-redirect",
  "x-accel-limit-rate",
  "x-accel-buffering",
  "x-accel-charset",
];
