import type { RouteHost } from "@domain-claims/crds/hostname";
import { slotKey } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** Slots of which it is not known what Kong has there: the answer to a write was lost. */
export class UnknownSlots {
  readonly #keys = new Set<string>();

  /** Marks the slot. */
  add(slot: Slot): void {
    this.#keys.add(slotKey(slot));
  }

  /** It is known again what Kong has. */
  delete(slot: Slot): void {
    this.#keys.delete(slotKey(slot));
  }

  /** True if the slot is marked. */
  has(slot: Slot): boolean {
    return this.#keys.has(slotKey(slot));
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
