import type { Host } from "@domain-claims/crds/hostname";
import { changedFields } from "../plan/diff.ts";
import type { Collection, Entities, KongRoute } from "../plan/entities.ts";
import { guardId } from "../plan/guard.ts";
import { taggedNamespace } from "../plan/tags.ts";
import type { Settings } from "../decide/settings.ts";
import { catchAll } from "../world/ingress-hosts.ts";
import { compareText } from "../world/order.ts";
import type { Live } from "../world/world.ts";

/** An entity's place in the mirror. */
interface Slot {
  readonly collection: Collection;
  readonly id: string;
}

/** What a change of the mirror touches. */
export interface Touched {
  readonly hosts: readonly Host[];
  readonly services: readonly string[];
  readonly routes: readonly string[];
}

/**
 * What Kong has of ours: as listed, and since then as written. Only what is in here is ever changed or deleted.
 */
export class Mirror {
  readonly #services = new Map<string, Entities["services"]>();
  readonly #plugins = new Map<string, Entities["plugins"]>();
  readonly #routes = new Map<string, Entities["routes"]>();
  readonly #routesByHost = new Map<Host, Map<string, KongRoute>>();
  readonly #routesByService = new Map<string, Set<string>>();
  readonly #written = new Map<string, number>();
  readonly #doubtful = new Set<string>();
  #sequence = 0;

  /** The entity with the id. */
  get<C extends Collection>(collection: C, id: string): Entities[C] | undefined {
    return this.#of(collection).get(id);
  }

  /** Takes in a write whose answer was lost: Kong may have the entity so, or otherwise, or not at all. */
  doubt<C extends Collection>(collection: C, entity: Entities[C]): Touched {
    const touched = this.set(collection, entity);
    this.#doubtful.add(slotKey({ collection, id: entity.id }));
    return touched;
  }

  /** True if it is not known what Kong has for the id. */
  isDoubtful(collection: Collection, id: string): boolean {
    return this.#doubtful.has(slotKey({ collection, id }));
  }

  /** The routes that carry the host. */
  routesFor(host: Host): readonly KongRoute[] {
    return [...(this.#routesByHost.get(host)?.values() ?? [])];
  }

  /** True if a route of ours leads to the service. */
  hasRoutes(service: string): boolean {
    return this.#routesByService.has(service);
  }

  /** Every host that a route of ours carries. */
  hosts(): Iterable<Host> {
    return this.#routesByHost.keys();
  }

  /** The ids of all services. */
  services(): Iterable<string> {
    return this.#services.keys();
  }

  /** The number of entities in a collection. */
  count(collection: Collection): number {
    return this.#of(collection).size;
  }

  /** How many writes have been taken in. */
  get writes(): number {
    return this.#sequence;
  }

  /** What the host has in Kong, as decisions see it: a doubtful route may be live, a doubtful guard may not stand. */
  live(settings: Settings, host: Host): Live {
    const guard = guardId(settings, host);
    const routes = this.routesFor(host);
    const namespaces = routes.filter(({ id }) => id !== guard).map(({ tags }) => taggedNamespace(tags) ?? "");
    const guarded = routes.some(({ id }) => id === guard) && !this.isDoubtful("routes", guard);
    return { namespaces: [...new Set(namespaces)].sort(compareText), guard: guarded };
  }

  /** Takes in what was written, or read. */
  set<C extends Collection>(collection: C, entity: Entities[C]): Touched {
    const before = this.#put(collection, entity.id, entity);
    this.#written.set(slotKey({ collection, id: entity.id }), ++this.#sequence);
    return touched(collection, [before, entity]);
  }

  /** Takes in what was removed. Kong removes a service's plugins with it, so they go here, too. */
  delete(collection: Collection, id: string): Touched {
    const before = this.#put(collection, id, undefined);
    this.#written.set(slotKey({ collection, id }), ++this.#sequence);
    if (collection === "services") {
      for (const plugin of this.#plugins.values()) if (plugin.service.id === id) this.delete("plugins", plugin.id);
    }
    return touched(collection, [before]);
  }

  /** Marks the moment at which a listing begins. */
  beginListing(): number {
    this.#written.clear();
    return this.#sequence;
  }

  /** Takes in a whole listing: what it has otherwise than the mirror is drift, unless it was written meanwhile. */
  replace<C extends Collection>(collection: C, listed: readonly Entities[C][], since: number): readonly Touched[] {
    const own = this.#of(collection);
    const seen = new Map(listed.map((entity) => [entity.id, entity]));
    const changes: Touched[] = [];
    const fresh = (id: string): boolean => (this.#written.get(slotKey({ collection, id })) ?? 0) > since;
    for (const [id, entity] of seen) {
      const known = this.isDoubtful(collection, id) ? undefined : own.get(id);
      if (fresh(id) || (known !== undefined && changedFields<C>(known, entity) === undefined)) continue;
      changes.push(touched(collection, [this.#put(collection, id, entity), entity]));
    }
    for (const id of own.keys()) {
      if (!seen.has(id) && !fresh(id)) changes.push(touched(collection, [this.#put(collection, id, undefined)]));
    }
    return changes;
  }

  #put<C extends Collection>(collection: C, id: string, entity: Entities[C] | undefined): Entities[C] | undefined {
    const map = this.#of(collection);
    const before = map.get(id);
    this.#doubtful.delete(slotKey({ collection, id }));
    if (entity === undefined) map.delete(id);
    else map.set(id, entity);
    if (collection === "routes") {
      this.#unindex(before as KongRoute | undefined);
      this.#index(entity as KongRoute | undefined);
    }
    return before;
  }

  #index(route: KongRoute | undefined): void {
    if (route === undefined) return;
    for (const host of hostsOf(route)) {
      const routes = this.#routesByHost.get(host) ?? new Map<string, KongRoute>();
      this.#routesByHost.set(host, routes.set(route.id, route));
    }
    const service = serviceOf(route);
    this.#routesByService.set(service, (this.#routesByService.get(service) ?? new Set()).add(route.id));
  }

  #unindex(route: KongRoute | undefined): void {
    if (route === undefined) return;
    for (const host of hostsOf(route)) {
      const routes = this.#routesByHost.get(host);
      routes?.delete(route.id);
      if (routes?.size === 0) this.#routesByHost.delete(host);
    }
    const routes = this.#routesByService.get(serviceOf(route));
    routes?.delete(route.id);
    if (routes?.size === 0) this.#routesByService.delete(serviceOf(route));
  }

  #of<C extends Collection>(collection: C): Map<string, Entities[C]> {
    const maps: { readonly [K in Collection]: Map<string, Entities[K]> } = {
      services: this.#services,
      plugins: this.#plugins,
      routes: this.#routes,
    };
    return maps[collection];
  }
}

function touched(collection: Collection, entities: readonly (Entities[Collection] | undefined)[]): Touched {
  const hosts = new Set<Host>();
  const services = new Set<string>();
  const routes = new Set<string>();
  for (const entity of entities) {
    if (entity === undefined) continue;
    if (collection === "services") services.add(entity.id);
    else if (collection === "plugins") services.add((entity as Entities["plugins"]).service.id);
    else {
      routes.add(entity.id);
      for (const host of hostsOf(entity as KongRoute)) hosts.add(host);
    }
  }
  return { hosts: [...hosts], services: [...services], routes: [...routes] };
}

/** Tagged entities may come from anybody: a route without hosts stands for every host, one without service for none. */
function hostsOf(route: KongRoute): readonly Host[] {
  return route.hosts === null || route.hosts.length === 0 ? [catchAll] : (route.hosts as readonly Host[]);
}

function serviceOf(route: KongRoute): string {
  return (route.service as KongRoute["service"] | null)?.id ?? "";
}

function slotKey({ collection, id }: Slot): string {
  return `${collection}/${id}`;
}
