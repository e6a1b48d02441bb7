import type { RouteHost } from "@domain-claims/crds/hostname";
import type { HostPlan } from "../../plan/kong/host.ts";

/** Which host needs which entities, by the last plan of each host: shared services have several users. */
export class DesiredState {
  readonly #routes = new Map<string, RouteHost>();
  readonly #users = new Map<string, Set<RouteHost>>();
  readonly #byHost = new Map<RouteHost, { readonly routes: readonly string[]; readonly services: readonly string[] }>();

  /** Replaces what the host needs; returns the services that it needs no longer. */
  set(plan: HostPlan): readonly string[] {
    const { host } = plan;
    const before = this.#byHost.get(host);
    const now = { routes: plan.routes.map(({ id }) => id), services: plan.services.map(({ id }) => id) };
    for (const id of before?.routes ?? []) this.#routes.delete(id);
    for (const id of before?.services ?? []) this.#dropUser(id, host);
    for (const id of now.routes) this.#routes.set(id, host);
    for (const id of now.services) this.#users.set(id, (this.#users.get(id) ?? new Set()).add(host));
    if (now.routes.length === 0) this.#byHost.delete(host);
    else this.#byHost.set(host, now);
    return (before?.services ?? []).filter((id) => !now.services.includes(id));
  }

  /** The host that needs the route, if any. */
  hostOfRoute(id: string): RouteHost | undefined {
    return this.#routes.get(id);
  }

  /** The hosts that need the service. */
  usersOf(service: string): Iterable<RouteHost> {
    return this.#users.get(service) ?? [];
  }

  #dropUser(service: string, host: RouteHost): void {
    const users = this.#users.get(service);
    users?.delete(host);
    if (users?.size === 0) this.#users.delete(service);
  }
}
