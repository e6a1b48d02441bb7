import { HOST_ROWS } from "./routing-hosts.ts";
import { MATCHER_ROWS } from "./routing-matchers.ts";
import { ORDER_ROWS } from "./routing-order.ts";
import { PATH_ROWS } from "./routing-paths.ts";
import type { RoutingRoute, RoutingRow } from "./routing-row.ts";

/**
 * How Kong 3.9 routes in the flavor `traditional_compatible`, seen on a real one. Every row stands for itself, and
 * holds for the stand-in as for a real Kong.
 */
export const ROUTING: readonly RoutingRow[] = [...HOST_ROWS, ...PATH_ROWS, ...MATCHER_ROWS, ...ORDER_ROWS];

/** The id of a row's route by its place in the row (from 0): later routes have larger ids. */
export function routingId(route: RoutingRoute, place: number): string {
  return route.id ?? `7c000000-0000-4000-8000-${String(place + 1).padStart(12, "0")}`;
}
