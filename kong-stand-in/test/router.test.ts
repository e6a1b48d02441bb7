import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import type { RawRequest } from "../conformance/raw-client.ts";
import { routingId, ROUTING } from "../conformance/routing.ts";
import type { RoutingRow } from "../conformance/routing-row.ts";
import type { Route } from "../src/entities.ts";
import { bytesOf } from "../src/proxy/bytes.ts";
import { clientRequest } from "../src/proxy/client-request.ts";
import { AT_ONCE, Live } from "../src/proxy/live.ts";
import { Store } from "../src/store.ts";
import { routeEntity, serviceEntity } from "./gateway-entities.ts";
import { manualTiming } from "./manual-timing.ts";

describe("the router routes as Kong does", () => {
  it.each(ROUTING.map((row) => [row.fact, row] as const))("%s", (_, row) => {
    const live = liveWith(row);
    for (const [ask, route] of row.requests) {
      expect(routeFor(live, ask), JSON.stringify(ask)).toBe(route);
    }
  });

  it("gives four kinds of matchers without a plain host one place, where the id alone decides", () => {
    const kinds = { paths: ["/"], methods: ["GET"], headers: { "x-a": ["1"] } };
    const live = liveWith({
      fact: "",
      routes: {
        "longer path": { ...kinds, hosts: ["*.acme.test"], paths: ["/long"] },
        "larger id": { ...kinds, hosts: ["*.acme.test"] },
        "exact host": { ...kinds, hosts: ["e.acme.test"], id: "00000000-0000-4000-8000-000000000001" },
      },
      requests: [],
    });
    const ask = { path: "/long", headers: [["X-A", "1"]] } as const;
    expect(routeFor(live, { ...ask, host: "a.acme.test" })).toBe("larger id");
    expect(routeFor(live, { ...ask, host: "e.acme.test" })).toBe("exact host");
  });

  it("leaves out a route whose regular expression Rust refuses, and keeps its neighbours", () => {
    const routes = { bad: { hosts: ["a.test"], paths: ["~/(?=x)"] }, good: { hosts: ["a.test"], paths: ["/"] } };
    expect(routeFor(liveWith({ fact: "", routes, requests: [] }), { host: "a.test", path: "/x" })).toBe("good");
  });
});

describe("a change", () => {
  const store = new Store();
  const route = (hosts: readonly string[]): Route => routeEntity({ id: routingId({}, 0), name: "r", hosts });

  it("is live at once without a rhythm, and nothing of the old route stays", () => {
    const live = new Live(store, AT_ONCE, () => undefined);
    store.put("routes", route(["a.test", "*.w.test", "b.*"]));
    expect(["a.test", "x.w.test", "b.x"].map((host) => routeFor(live, { host }))).toEqual(["r", "r", "r"]);
    store.put("routes", route(["c.test"]));
    expect(["a.test", "x.w.test", "b.x"].map((host) => routeFor(live, { host }))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(routeFor(live, { host: "c.test" })).toBe("r");
    store.delete("routes", routingId({}, 0));
    expect(routeFor(live, { host: "c.test" })).toBeUndefined();
    live.close();
  });

  it("waits for the rhythm where there is one", () => {
    const timing = manualTiming(0.5);
    const live = new Live(store, { frequency: 5, timing }, () => undefined);
    store.put("routes", route(["a.test"]));
    timing.pass(2_499);
    expect(routeFor(live, { host: "a.test" })).toBeUndefined();
    timing.pass(1);
    expect(routeFor(live, { host: "a.test" })).toBe("r");
    live.close();
  });
});

function liveWith(row: RoutingRow): Live {
  const store = new Store();
  for (const [place, [name, given]] of Object.entries(row.routes).entries()) {
    const { disabled, protocols, ...matchers } = given;
    const id = routingId(given, place);
    store.put("services", serviceEntity({ id, enabled: disabled !== true }));
    const all = { ...matchers, id, name, service: { id } };
    store.put(
      "routes",
      routeEntity(protocols === undefined ? all : { ...all, protocols: protocols as Route["protocols"] }),
    );
  }
  return new Live(store, AT_ONCE, () => undefined);
}

function routeFor(live: Live, ask: RawRequest): string | null | undefined {
  const headers = ask.headers ?? [];
  const all = ask.host === undefined ? headers : [["Host", bytesOf(ask.host)] as const, ...headers];
  const incoming = {
    method: ask.method ?? "GET",
    url: ask.path ?? "/",
    httpVersion: (ask.version ?? "HTTP/1.1").slice("HTTP/".length),
    rawHeaders: all.flat(),
    socket: { encrypted: ask.scheme === "https", servername: ask.sni ?? false, remoteAddress: "127.0.0.1" },
  };
  const request = clientRequest(incoming as unknown as IncomingMessage, 8000);
  if ("refused" in request) throw new Error(`refused with ${request.refused}`);
  return live.destination(request)?.route.name;
}
