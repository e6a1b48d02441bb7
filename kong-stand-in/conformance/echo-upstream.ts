import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What an upstream received, as it tells the client in JSON; `body` is its length in bytes. */
export type Received = {
  readonly upstream: number;
  readonly method: string;
  readonly url: string;
  readonly body: number;
  readonly headers: readonly (readonly [string, string])[];
};

/** An HTTP server that answers with what it received. */
export type EchoUpstream = { readonly port: number; readonly close: () => Promise<void> };

/** Starts an upstream on the port, or on a free one if that is taken or 0. */
export async function echoUpstream(wanted: number): Promise<EchoUpstream> {
  const server = createServer((request, response) => {
    void received(request, (server.address() as AddressInfo).port).then((seen) => {
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(seen));
    });
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listen(wanted).catch(() => listen(0));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function received(request: IncomingMessage, port: number): Promise<Received> {
  const body = await buffer(request);
  const { rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1]!] as const] : [],
  );
  return { upstream: port, method: request.method!, url: request.url!, body: body.length, headers };
}
