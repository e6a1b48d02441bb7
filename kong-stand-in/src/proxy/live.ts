import type { Plugin, Route, Service } from "../entities.ts";
import type { Change, Store } from "../store.ts";
import { LivePlugins } from "./live-plugins.ts";
import { Router, type RoutingRequest } from "./router.ts";

/** What answers a request: the route, its service, the part of the path that the route matched. */
export type Destination = {
  readonly route: Route;
  readonly service: Service | undefined;
  readonly prefix: string | undefined;
};

/**
 * The routes, services and plugins that a worker of Kong has taken over from the database: at once, or on the
 * rhythm of `worker_state_update_frequency` (seconds; 0 for at once). Certificates are not part of it: Kong sees
 * changes of those at once.
 */
export class Live {
  readonly plugins: LivePlugins = new LivePlugins();
  #router = new Router();
  #services = new Map<string, Service>();
  #waiting: Change[] = [];
  #stop: () => void;
  #pluginGone: (plugin: Plugin) => void;

  /** `pluginGone` is told of every plugin that is removed. */
  constructor(store: Store, updateFrequency: number, pluginGone: (plugin: Plugin) => void) {
    this.#pluginGone = pluginGone;
    for (const service of store.services.values()) this.#services.set(service.id, service);
    for (const route of store.routes.values()) this.#router.put(route);
    for (const plugin of store.plugins.values()) this.plugins.put(plugin);
    const unsubscribe = store.onChange((change) => {
      if (updateFrequency === 0) this.#apply(change);
      else this.#waiting.push(change);
    });
    const timer = updateFrequency === 0 ? undefined : setInterval(() => this.#applyWaiting(), updateFrequency * 1000);
    timer?.unref();
    this.#stop = () => {
      unsubscribe();
      clearInterval(timer);
    };
  }

  /** Where a request goes. The routes of a disabled service do not exist. */
  destination(request: RoutingRequest): Destination | undefined {
    const match = this.#router.match(request, (route) => this.#serviceOf(route)?.enabled !== false);
    if (match === undefined) return undefined;
    const service = this.#serviceOf(match.route);
    const speaksHttp = service !== undefined && HTTP_PROTOCOLS.has(service.protocol);
    return { ...match, service: speaksHttp ? service : undefined };
  }

  /** Ends the rhythm and the interest in the store. */
  close(): void {
    this.#stop();
  }

  #serviceOf(route: Route): Service | undefined {
    return route.service === null ? undefined : this.#services.get(route.service.id);
  }

  #applyWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const change of waiting) this.#apply(change);
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
