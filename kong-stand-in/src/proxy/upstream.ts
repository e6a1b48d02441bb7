import * as http from "node:http";
import * as https from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { Service } from "../entities.ts";
import { flat, type HeaderList } from "./headers.ts";

/** A request for an upstream that is ready to be sent. */
export type Outgoing = {
  readonly service: Service;
  readonly address: string;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly headers: HeaderList;
  /** Undefined for none; a stream is sent as it comes. */
  readonly body: Buffer | http.IncomingMessage | undefined;
};

/** What an upstream did: it answered, took the connection for another protocol, or failed with an HTTP status. */
export type Outcome =
  | { readonly kind: "answered"; readonly answer: http.IncomingMessage }
  | { readonly kind: "upgraded"; readonly answer: http.IncomingMessage; readonly socket: Duplex; readonly head: Buffer }
  | { readonly kind: "failed"; readonly status: 502 | 504 };

/** The connections to upstreams: kept open for the next request, as Kong keeps them (512, for 60 s idle). */
export class Upstreams {
  #agents = {
    http: new http.Agent({ keepAlive: true, maxFreeSockets: 512, timeout: 60_000 }),
    https: new https.Agent({ keepAlive: true, maxFreeSockets: 512, timeout: 60_000 }),
  };

  /**
   * Sends a request. Of the connections that were kept, each that turns out to be closed is replaced if the request can be repeated,
   * as nginx does: an upstream closes all that were idle for as long at once.
   */
  async send(outgoing: Outgoing, abort: AbortSignal): Promise<Outcome> {
    for (;;) {
      const outcome = await this.#attempt(outgoing, abort);
      if (outcome.kind !== "stale") return outcome;
    }
  }

  /** Closes idle connections; those in use end with their exchange. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #attempt(outgoing: Outgoing, abort: AbortSignal): Promise<Outcome | { readonly kind: "stale" }> {
    const request = this.#request(outgoing, abort);
    const { service } = outgoing;
    return new Promise((resolve) => {
      let timedOut = false;
      const timeOut = (): void => {
        timedOut = true;
        request.destroy();
      };
      const connecting = setTimeout(timeOut, service.connect_timeout);
      request.on("socket", (socket) => {
        if (!socket.connecting) return clearTimeout(connecting);
        socket.once(service.protocol === "https" ? "secureConnect" : "connect", () => clearTimeout(connecting));
      });
      request.setTimeout(service.read_timeout, timeOut);
      request.on("response", (answer) => resolve({ kind: "answered", answer }));
      request.on("upgrade", (answer, socket, head) => resolve({ kind: "upgraded", answer, socket, head }));
      request.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(connecting);
        const isStale = request.reusedSocket && error.code === "ECONNRESET" && isRepeatable(outgoing);
        if (isStale && !timedOut) resolve({ kind: "stale" });
        else resolve({ kind: "failed", status: timedOut || error.code === "ETIMEDOUT" ? 504 : 502 });
      });
      if (outgoing.body instanceof http.IncomingMessage) outgoing.body.pipe(request);
      else request.end(outgoing.body);
    });
  }

  #request(outgoing: Outgoing, abort: AbortSignal): http.ClientRequest {
    const { service, address, method, target, host, headers } = outgoing;
    const options = { host: address, port: service.port, method, path: target, headers: flat(headers), signal: abort };
    if (service.protocol !== "https") return http.request({ ...options, agent: this.#agents.http });
    const name = host.replace(/:\d+$/, "");
    return https.request({
      ...options,
      agent: this.#agents.https,
      servername: isIP(name) === 0 ? name : "",
      rejectUnauthorized: service.tls_verify === true,
    });
  }
}

/** nginx repeats no request that may have had an effect, and one whose body has gone by cannot be repeated here. */
function isRepeatable({ method, body }: Outgoing): boolean {
  return !["POST", "LOCK", "PATCH"].includes(method) && !(body instanceof http.IncomingMessage);
}
