import type { RouteHost } from "@domain-claims/crds/hostname";
import type { ForeignRoute } from "../../kong/foreign.ts";
import { HostPatterns } from "./host-patterns.ts";

/** Which route it is, for people. */
export type NamedRoute = Pick<ForeignRoute, "id" | "name">;

/** What a listing of the foreign routes found. */
export interface ForeignListing {
  /** The hosts of which another foreign route is the first than before, or none any more, or one for the first time. */
  readonly changedHosts: HostPatterns<true>;
  /** Hosts that are not remembered, since there are too many. */
  readonly forgotten: number;
}

/**
 * The hosts that foreign routes in Kong name (rule X5), each with the first route that does, by id. What it costs: every
 * route of Kong is read at each listing, some milliseconds of Kong for a hundred of them; and memory for the hosts, some
 * 200 bytes for each. Beyond `most` hosts the routes with the largest ids are not remembered: what they name is free.
 */
export class ForeignHosts {
  readonly #most: number;
  #routes = new HostPatterns<NamedRoute>();

  constructor(most = 100_000) {
    this.#most = most;
  }

  /** The foreign route that names the host, if any. */
  routeFor(host: RouteHost): NamedRoute | undefined {
    return this.#routes.find(host);
  }

  /** Replaces what is known by a whole listing. If that breaks off, nothing has changed. */
  async takeListed(pages: AsyncIterable<readonly ForeignRoute[]>): Promise<ForeignListing> {
    const listed = new HostPatterns<NamedRoute>();
    let forgotten = 0;
    for await (const page of pages) {
      for (const { id, name, hosts } of page) {
        for (const host of hosts) {
          const first = listed.get(host);
          if (first === undefined && listed.size >= this.#most) forgotten += 1;
          else if (first === undefined || id < first.id) listed.set(host, { id, name });
        }
      }
    }
    const changedHosts = differences(this.#routes, listed);
    this.#routes = listed;
    return { changedHosts, forgotten };
  }
}

function differences(before: HostPatterns<NamedRoute>, now: HostPatterns<NamedRoute>): HostPatterns<true> {
  const changed = new HostPatterns<true>();
  for (const [pattern, { id, name }] of now.entries()) {
    const old = before.get(pattern);
    if (old?.id !== id || old.name !== name) changed.set(pattern, true);
  }
  for (const [pattern] of before.entries()) if (now.get(pattern) === undefined) changed.set(pattern, true);
  return changed;
}
