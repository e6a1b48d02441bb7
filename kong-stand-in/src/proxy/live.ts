import type { Plugin, Route, Service } from "../entities.ts";
import type { Change, Store } from "../store.ts";
import { Takeover } from "../takeover.ts";
import { realTiming, type Timing } from "../timing.ts";
import { LivePlugins } from "./live-plugins.ts";
import { Router, type RoutingRequest } from "./router.ts";

/** What answers a request: the route, its service, the part of the path that the route matched. */
export type Destination = {
  readonly route: Route;
  readonly service: Service | undefined;
  readonly prefix: string | undefined;
};

/** How the workers of a node follow the database: `worker_state_update_frequency` in seconds (0 for at once). */
export type Following = { readonly frequency: number; readonly timing: Timing };

/** A worker that is never behind. */
export const AT_ONCE: Following = { frequency: 0, timing: realTiming(0) };

/**
 * The routes, services and plugins that a worker of Kong has taken over from the database. Routes (with their services)
 * and plugins are taken over by two timers of their own, so either can be ahead of the other. Certificates are not part
 * of it: Kong sees changes of those at once.
 */
export class Live {
  readonly plugins: LivePlugins = new LivePlugins();
  #router = new Router();
  #services = new Map<string, Service>();
  #routerTakeover: Takeover;
  #pluginsTakeover: Takeover;
  #unsubscribe: () => void;
  #pluginGone: (plugin: Plugin) => void;

  /** `pluginGone` is told of every plugin that is removed. */
  constructor(store: Store, { frequency, timing }: Following, pluginGone: (plugin: Plugin) => void) {
    this.#pluginGone = pluginGone;
    for (const service of store.services.values()) this.#services.set(service.id, service);
    for (const route of store.routes.values()) this.#router.put(route);
    for (const plugin of store.plugins.values()) this.plugins.put(plugin);
    this.#routerTakeover = new Takeover(frequency, timing, (change) => this.#apply(change));
    this.#pluginsTakeover = new Takeover(frequency, timing, (change) => this.#apply(change));
    this.#unsubscribe = store.onChange((change) => {
      if (change.collection === "plugins") this.#pluginsTakeover.offer(change);
      else if (change.collection !== "certificates" && change.collection !== "snis") this.#routerTakeover.offer(change);
    });
  }

  /** Where a request goes. The routes of a disabled service do not exist. */
  destination(request: RoutingRequest): Destination | undefined {
    const match = this.#router.match(request, (route) => this.#serviceOf(route)?.enabled !== false);
    if (match === undefined) return undefined;
    const service = this.#serviceOf(match.route);
    const speaksHttp = service !== undefined && HTTP_PROTOCOLS.has(service.protocol);
    return { ...match, service: speaksHttp ? service : undefined };
  }

  /** Keeps the router as it is until `thawRouter`, as an assertion that fails in Kong's does until a restart. */
  freezeRouter(): void {
    this.#routerTakeover.freeze();
  }

  thawRouter(): void {
    this.#routerTakeover.thaw();
  }

  /** Ends the timers and the interest in the store. */
  close(): void {
    this.#unsubscribe();
    this.#routerTakeover.close();
    this.#pluginsTakeover.close();
  }

  #serviceOf(route: Route): Service | undefined {
    return route.service === null ? undefined : this.#services.get(route.service.id);
  }

  #apply(change: Change): void {
    switch (change.collection) {
      case "routes":
        return change.after === undefined ? this.#router.delete(change.before!.id) : this.#router.put(change.after);
      case "services":
        if (change.after === undefined) this.#services.delete(change.before!.id);
        else this.#services.set(change.after.id, change.after);
        return;
      case "plugins":
        return this.#replacePlugin(change.before, change.after);
      case "certificates":
      case "snis":
    }
  }

  #replacePlugin(before: Plugin | undefined, after: Plugin | undefined): void {
    if (before !== undefined) this.plugins.delete(before);
    if (after !== undefined) this.plugins.put(after);
    else if (before !== undefined) this.#pluginGone(before);
  }
}

const HTTP_PROTOCOLS: ReadonlySet<string> = new Set(["http", "https", "grpc", "grpcs"]);
