import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { echoUpstream, type Received } from "../conformance/echo-upstream.ts";
import { rawRequest, type RawAnswer, type RawRequest } from "../conformance/raw-client.ts";
import type { Route, Service } from "../src/entities.ts";
import { startProxy, type Proxy } from "../src/proxy/index.ts";
import { Store } from "../src/store.ts";
import { routeEntity, serviceEntity } from "./gateway-entities.ts";

/** A proxy on a store of its own, with an upstream that answers with what it received and one that misbehaves. */
export type ProxyBench = {
  readonly store: Store;
  readonly proxy: Proxy;
  /** The ports of the two upstreams. */
  readonly echoPort: number;
  readonly oddPort: number;
  /** Serves `<name>.test` by a service of its own. */
  readonly serve: (name: string, service: Partial<Service>, route?: Partial<Route>) => Served;
  readonly ask: (request: RawRequest) => Promise<RawAnswer>;
  readonly close: () => Promise<void>;
};

/** References to the route and the service that were made. */
export type Served = { readonly route: { readonly id: string }; readonly service: { readonly id: string } };

/** Starts the proxy and its upstreams. */
export async function proxyBench(): Promise<ProxyBench> {
  const store = new Store();
  const echo = await echoUpstream(0);
  const odd = oddUpstream();
  await new Promise<void>((listening) => odd.listen(0, "127.0.0.1", listening));
  const proxy = await startProxy({ store, allowDebugHeader: true });
  let last = 100;
  return {
    store,
    proxy,
    echoPort: echo.port,
    oddPort: (odd.address() as AddressInfo).port,
    serve: (name, service, route = {}) => {
      const entity = serviceEntity({ id: uuid(last++), name, ...service });
      const made = routeEntity({
        id: uuid(last++),
        name,
        hosts: [`${name}.test`],
        service: { id: entity.id },
        ...route,
      });
      store.put("services", entity);
      store.put("routes", made);
      return { route: { id: made.id }, service: { id: entity.id } };
    },
    ask: (request) => rawRequest({ host: "127.0.0.1", proxyPort: proxy.proxyPort, tlsPort: proxy.tlsPort }, request),
    close: async () => {
      await proxy.close();
      await echo.close();
      odd.closeAllConnections();
      odd.close();
    },
  };
}

/** A UUID that ends with the number. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** The value of a header that the upstream received, by its name in lower case. */
export function headerOf({ headers }: Received, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

/** An upstream that misbehaves by path, and turns what it gets over a WebSocket around. */
function oddUpstream(): http.Server {
  const server = http.createServer((request, response) => {
    switch (request.url) {
      case "/cut":
        return void request.socket.destroy();
      case "/garbage":
        return void request.socket.end("this is no HTTP\r\n\r\n");
      case "/never":
        return undefined;
      case "/half":
        response.writeHead(200, { "Content-Length": 100 }).write("half", () => request.socket.destroy());
        return undefined;
      default:
        return void drip(response);
    }
  });
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.on("data", (bytes: Buffer) => socket.write(bytes.reverse()));
    socket.on("end", () => socket.end());
  });
  return server;
}

async function drip(response: http.ServerResponse): Promise<void> {
  for (const part of ["one", "two", "three"]) {
    response.write(part);
    await pause(150);
  }
  response.end();
}
