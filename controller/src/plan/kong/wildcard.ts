import { labelCount, recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { catchAll } from "../../world/source-hosts.ts";
import type { KongPlugin, KongService } from "./entities.ts";
import { entityId } from "./ids.ts";

/** Kong's own answer for a request that no route matches. */
const notFound = `kong.response.exit(404, { message = "no Route matched with those values" })`;

/** The Lua of a `pre-function` that answers every request as if there were no route. */
export const answerNotFound = `return ${notFound}`;

/**
 * The Lua of a `pre-function` that lets a request through only if exactly one label stands for the `*` (rule L2a). The
 * host is a canonical one: letters, digits, hyphens and dots, of which Lua's patterns know `-` and `.`. The header is
 * taken as it came: Kong's router looks at capitals, so a host in capitals passes by its own route and guard (rule L2b).
 */
export function oneLabelOnly(host: Host): string {
  const rest = host.slice(1).replace(/[-.]/g, "%$&");
  return `if not (kong.request.get_header("host") or ""):match("^[%l%d_-]+${rest}:?%d*$") then return ${notFound} end`;
}

/**
 * The same for a catch-all: a host in capitals or with a dot at the end is somebody's whose route and guard it passes by.
 */
const canonicalOnly =
  `local host = kong.request.get_header("host") or "" ` +
  `if host:match("[^%l%d._:%[%]-]") or host:match("%.:?%d*$") then return ${notFound} end`;

/**
 * The priority of a wildcard's path: the longer wildcard first, then the path with the larger rank (rule L2a). It stays
 * below 2048: Kong's router puts `regex_priority` and the number of matched categories into one number, where the bit of
 * 2048 falls on one that every route with hosts and paths has set already, and is lost.
 */
export function wildcardPriority(host: Host, rank: number): number {
  return labelCount(host) * 256 + Math.min(rank, 255);
}

/** The own copy of a service for a wildcard or the catch-all, and the plugin that keeps it from what is not theirs. */
export function coveringService(
  tag: string,
  host: Host,
  service: KongService,
): { readonly service: KongService; readonly plugin: KongPlugin } {
  const [name, lua] = host === catchAll ? ["any", canonicalOnly] : [recordName(host), oneLabelOnly(host)];
  const own = { ...service, id: entityId(tag, "wildcard-service", service.id, host), name: `${service.name}.${name}` };
  return { service: own, plugin: preFunction(tag, own, lua) };
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
