import type { RouteHost } from "@domain-claims/crds/hostname";
import type { ForeignRoute } from "../../kong/foreign.ts";
import type { ForeignRoutes, NamedRoute } from "../../world/kong-state.ts";
import { HostPatterns } from "./host-patterns.ts";

/** What a listing of the foreign routes found, when it was taken in. */
export interface ForeignListing {
  /** What they name now; the same object as before while it is the same. */
  readonly routes: ForeignRoutes;
  /** True if another foreign route is the first that names the host than before, or none any more, or one for the first time. */
  readonly changed: (host: RouteHost) => boolean;
}

/** A whole listing of the foreign routes. */
export interface ForeignReading {
  /** Hosts that are not remembered, since there are too many. */
  readonly forgotten: number;
  /** Replaces what is known by it. */
  readonly take: () => ForeignListing;
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

  /** Reads a whole listing. Nothing has changed before it is taken in: who looks at more than this may break off. */
  async read(pages: AsyncIterable<readonly ForeignRoute[]>): Promise<ForeignReading> {
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
    return { forgotten, take: () => this.#take(listed) };
  }

  #take(listed: HostPatterns<NamedRoute>): ForeignListing {
    const changed = differences(this.#routes, listed);
    if (changed.size > 0) {
      this.#routes = listed;
      this.#answer = answerOf(listed);
    }
    return { routes: this.#answer, changed: (host) => changed.find(host) === true };
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
