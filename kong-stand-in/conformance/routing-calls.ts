import type { Received } from "./echo-upstream.ts";
import type { AdminCall, Ports } from "./proxy-recording.ts";
import { rawRequest, type ProxyAddress, type RawRequest } from "./raw-client.ts";
import { routingId } from "./routing.ts";
import type { RoutingRow } from "./routing-row.ts";

/**
 * The Admin calls that write a row's routes. Each has a service of its own, whose path is the route's name: so the
 * upstream tells who sent it, without a debug header.
 */
export function routesOfRow(row: RoutingRow, ports: Ports): readonly AdminCall[] {
  return Object.entries(row.routes).flatMap(([name, given], place) => {
    const { disabled, id: _, ...matchers } = given;
    const id = routingId(given, place);
    const service = { name, host: "127.0.0.1", port: ports.get(9101), path: `/${name}`, enabled: disabled !== true };
    const route = { name, service: { id }, strip_path: false, ...matchers };
    return [
      { method: "PUT", path: `/services/${id}`, body: service, status: 200 },
      { method: "PUT", path: `/routes/${id}`, body: route, status: 200 },
    ];
  });
}

/** The name of the route that answers a request; undefined for Kong's own 404. */
export async function routeThatAnswers(proxy: ProxyAddress, ask: RawRequest): Promise<string | undefined> {
  const { status, body } = await rawRequest(proxy, ask);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`status ${status}: ${body}`);
  return (JSON.parse(body) as Received).url.split(/[/?]/)[1];
}
