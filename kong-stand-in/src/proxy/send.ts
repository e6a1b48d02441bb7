import type { ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";
import { flat, withCharset, type HeaderList } from "./headers.ts";

/** Writes an answer that the gateway made itself. */
export function sendOwn(response: ServerResponse, answer: Answer, headers: HeaderList): void {
  if (response.destroyed) return;
  const body = Buffer.from(answer.body, "utf8");
  const own = withCharset(answer.status, answer.headers);
  const length: HeaderList = own.some(([name]) => name.toLowerCase() === "content-length")
    ? []
    : [["Content-Length", String(body.length)]];
  const all = [...own, ...length, ...headers];
  response.writeHead(answer.status, flat(response.shouldKeepAlive ? all : all.map(closing)));
  response.end(body);
}

/** A Connection line of the answer's own would keep Node from closing where the client asked for it. */
function closing([name, value]: HeaderList[number]): HeaderList[number] {
  return name.toLowerCase() === "connection" && value !== "close" ? [name, `${value}, close`] : [name, value];
}
