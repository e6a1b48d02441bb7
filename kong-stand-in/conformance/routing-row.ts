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
