import type { RouteHost } from "@domain-claims/crds/hostname";

/**
 * What failed in the rounds that go on, by host and route: a host with many routes is worked on piece by piece, and a route
 * that failed in one piece must not keep the next from the routes behind it. With the round its failures are forgotten.
 */
export class Rounds {
  readonly #failures = new Map<RouteHost, Map<string, unknown>>();

  /** The failures of the host's round by the id of the route, as far as they are of these; a round begins where there is none. */
  of(host: RouteHost, routes: ReadonlySet<string>): Map<string, unknown> {
    const failures = this.#failures.get(host) ?? new Map<string, unknown>();
    for (const id of failures.keys()) if (!routes.has(id)) failures.delete(id);
    this.#failures.set(host, failures);
    return failures;
  }

  /** Ends the host's round. */
  end(host: RouteHost): void {
    this.#failures.delete(host);
  }
}
