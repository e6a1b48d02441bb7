import type { Plugin } from "../entities.ts";

/** The enabled plugins, found by what they are configured for. */
export class LivePlugins {
  #byScope = new Map<string, Map<string, Plugin>>();

  put(plugin: Plugin): void {
    if (!plugin.enabled || plugin.consumer !== null) return;
    const scope = scopeOf(plugin.route?.id, plugin.service?.id);
    const plugins = this.#byScope.get(scope) ?? new Map<string, Plugin>();
    plugins.set(plugin.name, plugin);
    this.#byScope.set(scope, plugins);
  }

  delete(plugin: Plugin): void {
    const scope = scopeOf(plugin.route?.id, plugin.service?.id);
    const plugins = this.#byScope.get(scope);
    if (plugins?.get(plugin.name)?.id !== plugin.id) return;
    plugins.delete(plugin.name);
    if (plugins.size === 0) this.#byScope.delete(scope);
  }

  /**
   * The plugins for a request, by name: of several of one name that of the route and service together counts, then
   * the route's, the service's, the global one (Kong's documentation, "plugin precedence").
   */
  for(routeId: string, serviceId: string | undefined): ReadonlyMap<string, Plugin> {
    if (this.#byScope.size === 0) return NONE;
    const chosen = new Map<string, Plugin>();
    const scopes = [scopeOf(routeId, undefined), scopeOf(undefined, serviceId), scopeOf(undefined, undefined)];
    if (serviceId !== undefined) scopes.unshift(scopeOf(routeId, serviceId));
    for (const scope of scopes) {
      for (const [name, plugin] of this.#byScope.get(scope) ?? []) if (!chosen.has(name)) chosen.set(name, plugin);
    }
    return chosen;
  }
}

const NONE: ReadonlyMap<string, Plugin> = new Map();

function scopeOf(routeId: string | undefined, serviceId: string | undefined): string {
  return `${routeId ?? ""} ${serviceId ?? ""}`;
}
