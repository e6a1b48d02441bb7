import type { Certificate, Collection, Entities, Plugin, Route, Service, Sni } from "./entities.ts";
import { Table } from "./table.ts";

export type * from "./entities.ts";

/** A write that took effect: `before` is absent for a creation, `after` for a removal. */
export type Change = {
  [C in Collection]: {
    readonly collection: C;
    readonly before: Entities[C] | undefined;
    readonly after: Entities[C] | undefined;
  };
}[Collection];

/**
 * What the stand-in knows: Kong's entities in memory, nothing on disk. Admin API and proxy share one store;
 * entities are replaced, never changed, so a reader may keep what it got.
 */
export class Store {
  /** Index: "name". */
  readonly services: Table<Service> = new Table<Service>({
    name: (service) => service.name,
    client_certificate: (service) => service.client_certificate?.id ?? null,
  });
  /** Indexes: "name", "service" (the service's id). */
  readonly routes: Table<Route> = new Table<Route>({
    name: (route) => route.name,
    service: (route) => route.service?.id ?? null,
  });
  readonly certificates: Table<Certificate> = new Table<Certificate>({});
  /** Indexes: "name", "certificate" (the certificate's id). */
  readonly snis: Table<Sni> = new Table<Sni>({
    name: (sni) => sni.name,
    certificate: (sni) => sni.certificate.id,
  });
  /** Indexes: "instance_name", "route" and "service" (their ids), "cache_key" (what a plugin is unique by). */
  readonly plugins: Table<Plugin> = new Table<Plugin>({
    instance_name: (plugin) => plugin.instance_name,
    route: (plugin) => plugin.route?.id ?? null,
    service: (plugin) => plugin.service?.id ?? null,
    cache_key: pluginCacheKey,
  });

  #version = 0;
  #listeners = new Set<(change: Change) => void>();

  /** Grows by one with each write that took effect. */
  get version(): number {
    return this.#version;
  }

  /** Writes an entity, in place of the one with its id. The caller has checked it. */
  put<C extends Collection>(collection: C, entity: Entities[C]): void {
    const before = this.#table(collection).put(entity);
    this.#changed({ collection, before, after: entity } as unknown as Change);
  }

  /** Removes the entity with the id; false if there was none. References to it are the caller's business. */
  delete(collection: Collection, id: string): boolean {
    const before = this.#table(collection).delete(id);
    if (before === undefined) return false;
    this.#changed({ collection, before, after: undefined } as Change);
    return true;
  }

  /** Calls the listener at once after each write, with the write; returns the function that ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #table<C extends Collection>(collection: C): Table<Entities[C]> {
    return this[collection] as unknown as Table<Entities[C]>;
  }

  #changed(change: Change): void {
    this.#version++;
    for (const listener of this.#listeners) listener(change);
  }
}

/** The key by which Kong keeps a plugin from being configured twice for the same route, service and consumer. */
export function pluginCacheKey(plugin: Pick<Plugin, "name" | "route" | "service" | "consumer">): string {
  return [plugin.name, plugin.route?.id, plugin.service?.id, plugin.consumer?.id].map((part) => part ?? "").join(":");
}
