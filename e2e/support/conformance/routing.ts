import { HOST_ROWS } from "./routing-hosts.ts";
import { MATCHER_ROWS } from "./routing-matchers.ts";
import { ORDER_ROWS } from "./routing-order.ts";
import { PATH_ROWS } from "./routing-paths.ts";
import type { RawRequest } from "./raw-client.ts";

/** A route of a row: what Kong's Admin API takes, by the route's name. Its id is the row's unless it has its own. */
export type RoutingRoute = {
  readonly id?: string;
  readonly hosts?: readonly string[];
  readonly paths?: readonly string[];
  readonly methods?: readonly string[];
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly snis?: readonly string[];
  readonly protocols?: readonly string[];
  readonly regex_priority?: number;
  /** Whether the route's service is switched off. */
  readonly disabled?: boolean;
};

/** A fact about routing: with these routes, each request is answered by the route named, or by none. */
export type RoutingRow = {
  readonly fact: string;
  readonly routes: Readonly<Record<string, RoutingRoute>>;
  readonly requests: readonly (readonly [ask: RawRequest, route: string | undefined])[];
};

/**
 * How Kong 3.9 routes in the flavor `traditional_compatible`, seen on a real one. Every row stands for itself, and
 * holds for the stand-in as for a real Kong.
 */
export const ROUTING: readonly RoutingRow[] = [...HOST_ROWS, ...PATH_ROWS, ...MATCHER_ROWS, ...ORDER_ROWS];

/** The id of a row's route by its place in the row (from 0): later routes have larger ids. */
export function routingId(route: RoutingRoute, place: number): string {
  return route.id ?? `7c000000-0000-4000-8000-${String(place + 1).padStart(12, "0")}`;
}
