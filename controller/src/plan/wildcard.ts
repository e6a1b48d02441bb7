import { labelCount, recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { KongPlugin, KongService } from "./entities.ts";
import { entityId } from "./ids.ts";

/** Kong's own answer for a request that no route matches. */
const notFound = `kong.response.exit(404, { message = "no Route matched with those values" })`;

/** The Lua of a `pre-function` that answers every request as if there were no route. */
export const answerNotFound = `return ${notFound}`;

/**
 * The Lua of a `pre-function` that lets a request through only if exactly one label stands for the `*` (rule L2a). The
 * host is a canonical one: letters, digits, hyphens and dots, of which Lua's patterns know `-` and `.`.
 */
export function oneLabelOnly(host: Host): string {
  const rest = host.slice(1).replace(/[-.]/g, "%$&");
  return `if not kong.request.get_host():lower():match("^[^.]+${rest}$") then return ${notFound} end`;
}

/**
 * The priority of a wildcard's path: the longer wildcard first, then the path with the larger rank (rule L2a). It stays
 * below 2048: Kong's router puts `regex_priority` and the number of matched categories into one number, where the bit of
 * 2048 falls on one that every route with hosts and paths has set already, and is lost.
 */
export function wildcardPriority(host: Host, rank: number): number {
  return labelCount(host) * 256 + Math.min(rank, 255);
}

/** The wildcard's own copy of a service, and the plugin that keeps it to one label. */
export function wildcardService(
  tag: string,
  host: Host,
  service: KongService,
): { readonly service: KongService; readonly plugin: KongPlugin } {
  const id = entityId(tag, "wildcard-service", service.id, host);
  const own = { ...service, id, name: `${service.name}.${recordName(host)}` };
  return { service: own, plugin: preFunction(tag, own, oneLabelOnly(host)) };
}

/** A `pre-function` on a service, which runs before anything else sees the request. */
export function preFunction(tag: string, service: KongService, lua: string): KongPlugin {
  return {
    id: entityId(tag, "pre-function", service.id),
    name: "pre-function",
    service: { id: service.id },
    config: { access: [lua], rewrite: [], certificate: [] },
    enabled: true,
    tags: service.tags,
  };
}
