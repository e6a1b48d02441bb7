import type { RouteHost } from "@domain-claims/crds/hostname";
import type { HostPlan } from "../../plan/kong/host.ts";
import { MultiMap } from "./multi-map.ts";
import { slotKey } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** Which host needs which entities, by the last plan of each host: shared services have several users. */
export class DesiredState {
  readonly #users = new MultiMap<string, RouteHost>();
  readonly #needs = new Map<RouteHost, readonly Slot[]>();

  /** Replaces what the host needs; returns what it needs no longer. */
  set(plan: HostPlan): readonly Slot[] {
    const { host } = plan;
    const before = this.#needs.get(host) ?? [];
    const now = needsOf(plan);
    for (const slot of before) this.#users.delete(slotKey(slot), host);
    for (const slot of now) this.#users.add(slotKey(slot), host);
    if (now.length === 0) this.#needs.delete(host);
    else this.#needs.set(host, now);
    return before.filter((slot) => !this.#users.has(slotKey(slot), host));
  }

  /** The hosts that need the entity. */
  usersOf(slot: Slot): Iterable<RouteHost> {
    return this.#users.get(slotKey(slot));
  }

  /** True if some host needs the entity. */
  isNeeded(slot: Slot): boolean {
    return this.#users.has(slotKey(slot));
  }
}

function needsOf({ services, routes, tls }: HostPlan): readonly Slot[] {
  // By concatenation, as a list that grows takes room for more.
  return slots("services", services).concat(
    slots("routes", routes),
    tls === undefined ? [] : slots("certificates", [tls.certificate]).concat(slots("snis", [tls.sni])),
  );
}

function slots(collection: Slot["collection"], entities: readonly Pick<Slot, "id">[]): readonly Slot[] {
  return entities.map(({ id }) => ({ collection, id }));
}
