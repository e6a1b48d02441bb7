import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Collection, Entities, KongPlugin, KongRoute } from "../../plan/kong/entities.ts";
import { guardId } from "../../plan/kong/guard.ts";
import { taggedNamespace } from "../../plan/kong/tags.ts";
import type { Settings } from "../../decide/settings.ts";
import { compareText } from "../../world/compare.ts";
import type { Live } from "../../world/kong-state.ts";

/** An entity's place in the mirror. */
interface Slot {
  readonly collection: Collection;
  readonly id: string;
}

/** What a change of the mirror touches. */
export interface Touched {
  readonly hosts: readonly RouteHost[];
  readonly services: readonly string[];
  readonly routes: readonly string[];
  /** The services that the routes lead, or led, to. */
  readonly targets: readonly string[];
}

/**
 * What Kong has of ours: as listed, and since then as written. Only what is in here is ever changed or deleted.
 */
export class ActualState {
  readonly #services = new Map<string, Entities["services"]>();
  readonly #plugins = new Map<string, Entities["plugins"]>();
  readonly #routes = new Map<string, Entities["routes"]>();
  readonly #routesByHost = new Map<RouteHost, Map<string, KongRoute>>();
  readonly #routesByService = new Map<string, Set<string>>();
  readonly #pluginsByService = new Map<string, Set<string>>();
  readonly #written = new Map<string, number>();
  readonly #unknown = new Set<string>();
  readonly #coming = new Map<RouteHost, readonly string[]>();
  #sequence = 0;

  /** The entity with the id. */
  get<C extends Collection>(collection: C, id: string): Entities[C] | undefined {
    return this.#of(collection).get(id);
  }

  /** Takes in a write whose answer was lost: Kong may have the entity so, or otherwise, or not at all. */
  markUnknown<C extends Collection>(collection: C, entity: Entities[C]): Touched {
    const touched = this.set(collection, entity);
    this.#unknown.add(slotKey({ collection, id: entity.id }));
    return touched;
  }

  /** True if it is not known what Kong has for the id. */
  isUnknown(collection: Collection, id: string): boolean {
    return this.#unknown.has(slotKey({ collection, id }));
  }

  /** Says whose routes for the host are about to be written: until it is said otherwise, {@link live} takes them for live. */
  markPending(host: RouteHost, namespaces: readonly string[]): void {
    if (namespaces.length === 0) this.#coming.delete(host);
    else this.#coming.set(host, namespaces);
  }

  /** The routes that carry the host. */
  routesFor(host: RouteHost): readonly KongRoute[] {
    return [...(this.#routesByHost.get(host)?.values() ?? [])];
  }

  /** True if a route of ours leads to the service. */
  hasRoutes(service: string): boolean {
    return this.#routesByService.has(service);
  }

  /** The ids of the plugins on the service; on "" are those that stand on no service. */
  pluginsOn(service: string): readonly string[] {
    return [...(this.#pluginsByService.get(service) ?? [])];
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
  live(settings: Settings, host: RouteHost): Live {
    const guard = guardId(settings, host);
    const routes = this.routesFor(host);
    const written = routes.filter(({ id }) => id !== guard).map(({ tags }) => taggedNamespace(tags) ?? "");
    const coming = (this.#coming.get(host) ?? []).filter((namespace) => !written.includes(namespace));
    const namespaces = [...new Set([...written, ...coming])].sort(compareText);
    const guarded = routes.some(({ id }) => id === guard) && !this.isUnknown("routes", guard);
    return { namespaces, coming: coming.length > 0, guard: guarded };
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
      for (const plugin of this.pluginsOn(id)) this.delete("plugins", plugin);
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
      const known = this.isUnknown(collection, id) ? undefined : own.get(id);
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
    this.#unknown.delete(slotKey({ collection, id }));
    if (entity === undefined) map.delete(id);
    else map.set(id, entity);
    if (collection === "routes") {
      this.#unindex(before as KongRoute | undefined);
      this.#index(entity as KongRoute | undefined);
    }
    if (collection === "plugins") {
      if (before !== undefined) drop(this.#pluginsByService, serviceOf(before as KongPlugin), id);
      if (entity !== undefined) add(this.#pluginsByService, serviceOf(entity as KongPlugin), id);
    }
    return before;
  }

  #index(route: KongRoute | undefined): void {
    if (route === undefined) return;
    for (const host of hostsOf(route)) {
      const routes = this.#routesByHost.get(host) ?? new Map<string, KongRoute>();
      this.#routesByHost.set(host, routes.set(route.id, route));
    }
    add(this.#routesByService, serviceOf(route), route.id);
  }

  #unindex(route: KongRoute | undefined): void {
    if (route === undefined) return;
    for (const host of hostsOf(route)) {
      const routes = this.#routesByHost.get(host);
      routes?.delete(route.id);
      if (routes?.size === 0) this.#routesByHost.delete(host);
    }
    drop(this.#routesByService, serviceOf(route), route.id);
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
  const hosts = new Set<RouteHost>();
  const services = new Set<string>();
  const routes = new Set<string>();
  const targets = new Set<string>();
  for (const entity of entities) {
    if (entity === undefined) continue;
    if (collection === "services") services.add(entity.id);
    else if (collection === "plugins") services.add(serviceOf(entity as KongPlugin));
    else {
      routes.add(entity.id);
      targets.add(serviceOf(entity as KongRoute));
      for (const host of hostsOf(entity as KongRoute)) hosts.add(host);
    }
  }
  return { hosts: [...hosts], services: [...services], routes: [...routes], targets: [...targets] };
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  index.set(key, (index.get(key) ?? new Set()).add(id));
}

function drop(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}

/** Tagged entities may come from anybody: a route without hosts stands for every host. */
function hostsOf(route: KongRoute): readonly RouteHost[] {
  return route.hosts === null || route.hosts.length === 0 ? [anyHost] : (route.hosts as readonly Host[]);
}

/** The service of a route or plugin; "" for one that anybody tagged, and that has none. */
export function serviceOf({ service }: KongRoute | KongPlugin): string {
  return (service as KongRoute["service"] | null)?.id ?? "";
}

function slotKey({ collection, id }: Slot): string {
  return `${collection}/${id}`;
}
