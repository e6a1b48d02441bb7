import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Collection } from "../../plan/kong/entities.ts";
import type { Slot } from "./slot.ts";

/** Slots of which it is not known what Kong has there: the answer to a write was lost. */
export class UnknownSlots {
  readonly #ids = new Map<Collection, Set<string>>();

  /** Marks the slot. */
  add({ collection, id }: Slot): void {
    this.#ids.set(collection, (this.#ids.get(collection) ?? new Set()).add(id));
  }

  /** It is known again what Kong has. */
  delete({ collection, id }: Slot): void {
    this.#ids.get(collection)?.delete(id);
  }

  /** True if the slot is marked. */
  has({ collection, id }: Slot): boolean {
    return this.#ids.get(collection)?.has(id) === true;
  }

  /** True if some slot of the collection is marked. */
  hasAny(collection: Collection): boolean {
    return (this.#ids.get(collection)?.size ?? 0) > 0;
  }
}

/** Whose routes for a host are about to be written: until it is said otherwise, decisions take them for live. */
export class PendingRoutes {
  readonly #namespaces = new Map<RouteHost, readonly string[]>();

  /** Replaces what is about to be written for the host. */
  set(host: RouteHost, namespaces: readonly string[]): void {
    if (namespaces.length === 0) this.#namespaces.delete(host);
    else this.#namespaces.set(host, namespaces);
  }

  /** The namespaces whose routes are about to be written. */
  for(host: RouteHost): readonly string[] {
    return this.#namespaces.get(host) ?? [];
  }
}
