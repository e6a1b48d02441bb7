import { anyHost, labelCount } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { KongPlugin, KongRoute, KongService } from "./entities.ts";
import { entityId } from "./ids.ts";
import { hostName } from "./tags.ts";

/** What a route of ours has that answers every request for its hosts and paths by itself. */
export const everyRequest = {
  methods: null,
  headers: null,
  snis: null,
  protocols: ["http", "https"],
  https_redirect_status_code: 426,
  strip_path: false,
  preserve_host: true,
} as const satisfies Partial<KongRoute>;

/**
 * Where a service leads whose plugin says where to go, or that nobody is to reach: nowhere. `.invalid` never resolves (RFC
 * 6761), and the dot at the end keeps resolvers from trying the cluster's search domains, where a Service of that name in
 * a namespace of that name could answer.
 */
export const nowhere = "nowhere.invalid.";

/** Kong's own answer for a request that no route matches. */
const notFound = `kong.response.exit(404, { message = "no Route matched with those values" })`;

/** The Lua of a `pre-function` that answers every request as if there were no route. */
export const answerNotFound = `return ${notFound}`;

/**
 * The Lua that lets a request through only if exactly one label stands for the `*` (rule L2a). The host is a canonical
 * one: letters, digits, hyphens and dots, of which Lua's patterns know `-` and `.`. The header is taken as it came: Kong's
 * router looks at capitals, so a host in capitals passes by its own route and guard (rule L2b).
 */
export function oneLabelOnly(host: Host): string {
  const rest = host.slice(1).replace(/[-.]/g, "%$&");
  return `local host = kong.request.get_header("host") or "" if not host:match("^[%l%d_-]+${rest}:?%d*$") then return ${notFound} end`;
}

/**
 * The same for any host: one in capitals, with a dot at the end or with a colon that no number follows is somebody's whose
 * route and guard it passes by. What Kong takes for a port stands behind the first colon and is a number
 * (`split_host_port` in kong/router/transform.lua, Kong 3.9.1); an address in brackets may have others.
 */
const canonicalOnly =
  `local host = kong.request.get_header("host") or "" local name = host:gsub(":%d+$", "") ` +
  `if name:match("%.$") or name:match("[^%l%d._-]") and not name:match("^%[[%x:.]+%]$") then return ${notFound} end`;

/**
 * The priority of a wildcard's path: the longer wildcard first, then the path with the larger rank (rule L2a). It stays
 * below 2048: Kong's router puts `regex_priority` and the number of matched categories into one number, where the bit of
 * 2048 falls on one that every route with hosts and paths has set already, and is lost.
 */
export function wildcardPriority(host: Host, rank: number): number {
  return labelCount(host) * 256 + Math.min(rank, 255);
}

/**
 * A service of a wildcard's (or any host's) own for a backend, and the plugin that sets where a request goes, once it knows
 * that the request's host is not somebody else's. Kong takes over routes and plugins by separate timers: a route without
 * its plugin leads nowhere, and so serves nobody (rule X6). `service` is what an exact host would have for the backend.
 */
export function coveringService(
  tag: string,
  host: RouteHost,
  service: KongService,
  preserveHost: boolean,
): { readonly service: KongService; readonly plugin: KongPlugin } {
  const own: KongService = {
    ...service,
    id: entityId(tag, "covering-service", service.id, host, String(preserveHost)),
    name: coveringName(service.name, host, preserveHost),
    host: nowhere,
    port: 80,
  };
  const checked = host === anyHost ? canonicalOnly : oneLabelOnly(host);
  const target = `kong.service.set_target("${service.host}", ${String(service.port)})`;
  return { service: own, plugin: preFunction(tag, own, `${checked} ${target} ${upstreamHost(service, preserveHost)}`) };
}

/** How a service of a wildcard's own is called, for the backend of that name. */
export function coveringName(backend: string, host: RouteHost, preserveHost: boolean): string {
  return `${backend}.${hostName(host)}${preserveHost ? "" : ".own-host"}`;
}

/** Setting the target sets the upstream's Host header, too; it is to be what a route of an exact host would send. */
function upstreamHost({ host, port, protocol }: KongService, preserveHost: boolean): string {
  const usual = port === (protocol === "https" ? 443 : 80);
  const own = `"${host}${usual ? "" : `:${String(port)}`}"`;
  return `kong.service.request.set_header("host", ${preserveHost ? "host" : own})`;
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
