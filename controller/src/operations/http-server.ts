import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A running server. */
export interface Server {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** An answer in words. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly contentType?: string;
}

/**
 * Answers each request with what `answer` says, and with 500 and no details where that fails. Rejects with a sentence if the
 * address can't be used; `what` is its subject, in the plural.
 */
export async function serve(
  { host, port }: ListenAddress,
  what: string,
  answer: (request: IncomingMessage) => Promise<Reply>,
): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request).then(
      (reply) => {
        send(request, response, reply);
      },
      () => {
        send(request, response, { status: 500, text: `${what} can't be gathered\n` });
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new Error(`${what} can't be served at ${host}:${port}: ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    "content-type": reply.contentType ?? "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(reply.text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : reply.text);
}
