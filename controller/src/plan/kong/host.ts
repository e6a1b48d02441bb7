import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";
import type { NamedRoute } from "../../world/kong-state.ts";
import { atOnce } from "../../world/pieces.ts";
import type { Pieces } from "../../world/pieces.ts";
import { matchKey, sourceKey } from "../../world/source.ts";
import type { SourceRef } from "../../world/source.ts";
import type { RedirectRefusal } from "../../decide/redirect.ts";
import type { Backend } from "../backend.ts";
import type { HostRename } from "../rename.ts";
import type { HostRoutes } from "../host-routes.ts";
import type { PlannedRedirect, PlannedRoute } from "../route.ts";
import { coveringService, wildcardPriority } from "./cover.ts";
import type { KongPlugin, KongRoute, KongService } from "./entities.ts";
import { guardOf } from "./guard.ts";
import { entityId } from "./ids.ts";
import { exactHostPaths, wildcardHostPaths } from "./paths.ts";
import { redirectRoute } from "./redirect.ts";
import { serviceOf } from "./service.ts";
import { hostName, tagsOf } from "./tags.ts";
import { tlsPlan } from "./tls.ts";
import type { TlsPlan } from "./tls.ts";

/** What Kong should have for a host, in the terms of its router flavor `traditional_compatible`. */
export interface HostPlan {
  readonly host: RouteHost;
  readonly services: readonly KongService[];
  readonly plugins: readonly KongPlugin[];
  /** The guard, if there is one, and the routes that serve. */
  readonly routes: readonly KongRoute[];
  readonly guard: KongRoute | undefined;
  readonly redirect: PlannedRedirect | undefined;
  readonly redirectedBy: number | undefined;
  readonly redirectRefusal: RedirectRefusal | undefined;
  /** What has to be in effect before any route leads there; undefined: nothing. */
  readonly standby: KongStandby | undefined;
  readonly staying: KongStaying | undefined;
  readonly rename: HostRename;
  readonly unsupported: boolean;
  readonly waitsForGuards: boolean;
  readonly guardsWithheld: boolean;
  readonly foreign: NamedRoute | undefined;
  /** Undefined: no SNI of ours. */
  readonly tls: TlsPlan | undefined;
}

type Staying = NonNullable<HostRoutes["staying"]>;

/** Which routes stay while nothing can take their place; paths by {@link askedKey}. */
export interface KongStaying extends Omit<Staying, "asked" | "barred" | "open"> {
  readonly asked: ReadonlySet<string> | undefined;
  readonly barred: ReadonlySet<string>;
  readonly open: ReadonlySet<string> | undefined;
}

/** Services that answer by a function, each with the plugins that are it. */
export interface KongStandby {
  readonly targets: readonly Target[];
  /** What it is, in a word. */
  readonly name: string;
}

/** A service, and all the plugins that are to be on it. */
export interface Target {
  readonly service: KongService;
  readonly plugins: readonly KongPlugin[];
}

/** A route with what it needs. */
interface Written {
  readonly service: KongService;
  readonly plugin: KongPlugin | undefined;
  readonly route: KongRoute;
}

/** What serves a host, and what has to be in effect before, with all that it needs. */
interface WrittenRoutes {
  readonly settings: Settings;
  readonly serving: readonly Written[];
  readonly standby: readonly Written[];
}

/** Routes that are written before others may have their turn. */
const piece = 50;

/** What is planned is written once, however it is asked for. */
const written = new WeakMap<HostRoutes, WrittenRoutes>();

/** Writes the routes of a host in pieces, for {@link kongPlan} to find: it may have a thousand. */
export function* writtenInPieces(settings: Settings, planned: HostRoutes): Pieces<WrittenRoutes> {
  const known = written.get(planned);
  if (known?.settings === settings) return known;
  const services = sharedServices(settings);
  const { host, redirect, routes, standby } = planned;
  const before = { redirect: standby?.redirect, routes: standby?.routes ?? [] };
  const now: WrittenRoutes = {
    settings,
    standby: yield* entitiesOf(settings, host, before, services),
    serving: yield* entitiesOf(settings, host, { redirect, routes }, services),
  };
  written.set(planned, now);
  return now;
}

/** Writes the routes and the guard of a host for Kong; `preFunction` says whether it has the plugin. */
export function kongPlan(settings: Settings, planned: HostRoutes, preFunction: boolean): HostPlan {
  const {
    host,
    redirect,
    redirectedBy,
    redirectRefusal,
    rename,
    unsupported,
    waitsForGuards,
    guardsWithheld,
    foreign,
  } = planned;
  const { tls } = planned;
  const { serving, standby } = atOnce(writtenInPieces(settings, planned));
  const guard = planned.guard === undefined || host === anyHost ? [] : [guardOf(settings, host, planned.guard)];
  const all = [...guard, ...serving, ...standby];
  return {
    host,
    services: uniqueById(all.map(({ service }) => service)),
    plugins: preFunction ? uniqueById(all.flatMap(({ plugin }) => plugin ?? [])) : [],
    routes: [...guard, ...serving].map(({ route }) => route),
    guard: guard[0]?.route,
    redirect,
    redirectedBy,
    redirectRefusal,
    standby: planned.standby && { targets: targetsOf(standby), name: planned.standby.name },
    staying: planned.staying && kongStaying(settings, host, planned.staying),
    rename,
    unsupported,
    waitsForGuards,
    guardsWithheld,
    foreign,
    tls: host === anyHost || tls.served === undefined ? undefined : tlsPlan(settings, host, tls.served),
  };
}

function kongStaying(settings: Settings, host: RouteHost, { asked, barred, open, ...staying }: Staying): KongStaying {
  const keys = (paths: Staying["barred"]): ReadonlySet<string> =>
    new Set(paths.map(({ source, match }) => askedKey(source, routeId(settings, host, matchKey(match)))));
  return { ...staying, asked: asked && keys(asked), barred: keys(barred), open: open && keys(open) };
}

/** A path that a source asks for, by the id of the route that it has. */
export function askedKey(source: Record<keyof SourceRef, string>, id: string): string {
  return `${sourceKey(source)} ${id}`;
}

function* entitiesOf(
  settings: Settings,
  host: RouteHost,
  { redirect, routes }: { readonly redirect: PlannedRedirect | undefined; readonly routes: readonly PlannedRoute[] },
  services: (backend: Backend) => KongService,
): Pieces<readonly Written[]> {
  const keys = new Set(routes.map(({ match }) => matchKey(match)));
  const entities: Written[] =
    redirect === undefined || host === anyHost ? [] : [redirectRoute(settings, host, redirect)];
  for (const [i, route] of routes.entries()) {
    if (i > 0 && i % piece === 0) yield;
    const hasExact = route.match.kind === "prefix" && keys.has(matchKey({ kind: "exact", path: route.match.path }));
    entities.push(routeOf(settings, host, route, services(route.backend), hasExact));
  }
  return entities;
}

function targetsOf(written: readonly Written[]): readonly Target[] {
  const plugins = new Map(written.map(({ service, plugin }) => [service.id, plugin]));
  return uniqueById(written.map(({ service }) => service)).map((service) => {
    const plugin = plugins.get(service.id);
    return { service, plugins: plugin === undefined ? [] : [plugin] };
  });
}

/** The services of backends, each made once: hundreds of paths may lead to one. How a port is spoken to, its Service says. */
function sharedServices(settings: Settings): (backend: Backend) => KongService {
  const made = new Map<string, KongService>();
  return (backend) => {
    const key = [backend.namespace, backend.service, backend.port, backend.srvPort].join(" ");
    const service = made.get(key) ?? serviceOf(settings, backend);
    made.set(key, service);
    return service;
  };
}

function routeOf(
  settings: Settings,
  host: RouteHost,
  planned: PlannedRoute,
  shared: KongService,
  hasExact: boolean,
): Written {
  const { match, options, source } = planned;
  const tag = settings.kongTag;
  const wildcard = host !== anyHost && isWildcard(host);
  const covering = wildcard || host === anyHost;
  const target = covering
    ? coveringService(tag, host, shared, options.preserveHost)
    : { service: shared, plugin: undefined };
  const { paths, rank } = wildcard
    ? wildcardHostPaths(match, hasExact)
    : { paths: exactHostPaths(match, hasExact), rank: 0 };
  const id = routeId(settings, host, matchKey(match));
  return {
    ...target,
    route: {
      id,
      name: `${source.namespace}~${hostName(host)}~${id}`,
      service: { id: target.service.id },
      hosts: host === anyHost ? null : [host],
      paths,
      methods: null,
      headers: null,
      snis: null,
      protocols: options.protocols,
      https_redirect_status_code: options.httpsRedirectStatusCode,
      regex_priority: wildcard ? wildcardPriority(host, rank) : 0,
      strip_path: options.stripPath,
      preserve_host: options.preserveHost,
      tags: tagsOf(settings, source, host),
    },
  };
}

function routeId({ kongTag }: Settings, host: RouteHost, key: string): string {
  return entityId(kongTag, "route", host, key);
}

function uniqueById<T extends { readonly id: string }>(entities: readonly T[]): readonly T[] {
  return [...new Map(entities.map((entity) => [entity.id, entity])).values()];
}
