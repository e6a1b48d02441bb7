import type { Socket } from "node:net";

import type { AdminRequest, Answer } from "./http/message.ts";
import { nginxPage } from "./http/message.ts";

/**
 * Answers what Node's HTTP parser does not take for a request. Kong knows any method in capitals, and takes any
 * byte in a path; the rest is nginx's own "400 Bad Request". The connection ends.
 */
export function answerUnparsed(
  error: Error & { rawPacket?: Buffer },
  socket: Socket,
  handle: (request: AdminRequest) => Answer,
): void {
  if (!socket.writable) return;
  const request = roughRequest(error.rawPacket?.toString("latin1") ?? "");
  const answer = request === undefined ? nginxPage(400, "Bad Request") : handle(request);
  const body = answer.page ?? (answer.json === undefined ? "" : JSON.stringify(answer.json));
  const head = [
    `HTTP/1.1 ${answer.status} -`,
    `Content-Type: ${answer.page === undefined ? "application/json; charset=utf-8" : "text/html; charset=UTF-8"}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(request === undefined ? [] : KONG_HEADERS),
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${request?.method === "HEAD" ? "" : body}`);
}

const KONG_HEADERS = [
  "Access-Control-Allow-Origin: *",
  "Access-Control-Allow-Credentials: true",
  "X-Kong-Admin-Latency: 0",
  "Server: kong/3.9.1",
];

/** The request in one packet, read without care; bytes beyond ASCII in the path are as good as escaped ones. */
function roughRequest(packet: string): AdminRequest | undefined {
  const line = /^([A-Z][A-Z_-]*) (\S+) HTTP\/1\.[01]\r\n/.exec(packet);
  if (line === null) return undefined;
  const [head, ...rest] = packet.slice(line[0].length).split("\r\n\r\n");
  const headers = head!.split("\r\n").map((field) => field.split(/:\s*/, 2) as [string, string]);
  const [path, query] = Buffer.from(line[2]!, "latin1").toString().split("?");
  return {
    method: line[1]!,
    path: path!,
    query: query ?? "",
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(rest.join("\r\n\r\n"), "latin1"),
  };
}
