import type { RouteHost } from "@domain-claims/crds/hostname";
import type { ForeignRoute } from "../../kong/foreign.ts";
import type { ForeignRoutes, NamedRoute } from "../../world/kong-state.ts";
import { HostPatterns } from "./host-patterns.ts";

/** What a listing of the foreign routes found. */
export interface ForeignListing {
  /** What they name now; the same object as before while it is the same. */
  readonly routes: ForeignRoutes;
  /** True if another foreign route is the first that names the host than before, or none any more, or one for the first time. */
  readonly changed: (host: RouteHost) => boolean;
  /** Hosts that are not remembered, since there are too many. */
  readonly forgotten: number;
}

/**
 * The hosts that foreign routes in Kong name (rule X5), each with the first route that does, by id. What it costs: every
 * route of Kong is read at each listing, some milliseconds of Kong for a hundred of them; and memory for the hosts, some
 * 300 bytes for each. Beyond `most` hosts those that are listed last are not remembered: what they name is free. To take
 * for foreign whatever is not remembered would take every tenant's hosts down together the moment that one more foreign
 * route is made; so it is the administrator who is told (a metric, and the log), and Kong's own administrators alone can
 * make so many routes.
 */
export class ForeignHosts {
  readonly #most: number;
  #routes = namedRoutes();
  #answer: ForeignRoutes = answerOf(this.#routes);

  constructor(most = 100_000) {
    this.#most = most;
  }

  /** Replaces what is known by a whole listing. If that breaks off, nothing has changed. */
  async takeListed(pages: AsyncIterable<readonly ForeignRoute[]>): Promise<ForeignListing> {
    const listed = namedRoutes();
    let forgotten = 0;
    for await (const page of pages) {
      for (const { id, name, hosts } of page) {
        for (const host of hosts) {
          if (listed.size >= this.#most && listed.get(host) === undefined) forgotten += 1;
          else listed.add(host, { id, name });
        }
      }
    }
    const changed = differences(this.#routes, listed);
    if (changed.size > 0) {
      this.#routes = listed;
      this.#answer = answerOf(listed);
    }
    return { routes: this.#answer, changed: (host) => changed.find(host) === true, forgotten };
  }
}

function namedRoutes(): HostPatterns<NamedRoute> {
  return new HostPatterns((a, b) => (b.id < a.id ? b : a));
}

function answerOf(routes: HostPatterns<NamedRoute>): ForeignRoutes {
  return { routeFor: (host) => routes.find(host) };
}

function differences(before: HostPatterns<NamedRoute>, now: HostPatterns<NamedRoute>): HostPatterns<true> {
  const changed = new HostPatterns<true>(() => true);
  for (const [pattern, { id, name }] of now.entries()) {
    const old = before.get(pattern);
    if (old?.id !== id || old.name !== name) changed.add(pattern, true);
  }
  for (const [pattern] of before.entries()) if (now.get(pattern) === undefined) changed.add(pattern, true);
  return changed;
}
