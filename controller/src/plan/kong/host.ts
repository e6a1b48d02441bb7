import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";
import type { NamedRoute } from "../../world/kong-state.ts";
import { matchKey } from "../../world/source.ts";
import type { RedirectRefusal } from "../../decide/redirect.ts";
import { locationOf } from "../redirect.ts";
import type { Backend } from "../backend.ts";
import type { HostRename } from "../rename.ts";
import type { HostRoutes, PlannedRedirect, PlannedRoute } from "../route.ts";
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
  /** What answers with the redirect of a host that is being renamed, before any route leads there. */
  readonly prepared: PreparedRedirect | undefined;
  readonly rename: HostRename;
  readonly unsupported: boolean;
  readonly waitsForGuards: boolean;
  readonly guardsWithheld: boolean;
  readonly foreign: NamedRoute | undefined;
  /** Undefined: no SNI of ours. */
  readonly tls: TlsPlan | undefined;
}

/** A service that answers with a redirect, and the plugin that does. */
export interface PreparedRedirect {
  readonly service: KongService;
  readonly plugin: KongPlugin;
  /** Where it leads, as a URL without the slash at its end. */
  readonly location: string;
}

/** A route with what it needs. */
interface Written {
  readonly service: KongService;
  readonly plugin: KongPlugin | undefined;
  readonly route: KongRoute;
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
  const services = sharedServices(settings);
  const prepared = preparedFor(settings, host, rename.prepared);
  const keys = new Set(planned.routes.map(({ match }) => matchKey(match)));
  const guard = planned.guard === undefined || host === anyHost ? [] : [guardOf(settings, host, planned.guard)];
  const written: readonly Written[] = [
    ...guard,
    ...(redirect === undefined || host === anyHost ? [] : [redirectRoute(settings, host, redirect)]),
    ...planned.routes.map((route) => {
      const hasExact = route.match.kind === "prefix" && keys.has(matchKey({ kind: "exact", path: route.match.path }));
      return routeOf(settings, host, route, services(route.backend), hasExact);
    }),
  ];
  return {
    host,
    services: uniqueById([...written, ...prepared].map(({ service }) => service)),
    plugins: preFunction ? uniqueById([...written, ...prepared].flatMap(({ plugin }) => plugin ?? [])) : [],
    routes: written.map(({ route }) => route),
    guard: guard[0]?.route,
    redirect,
    redirectedBy,
    redirectRefusal,
    prepared: prepared[0],
    rename,
    unsupported,
    waitsForGuards,
    guardsWithheld,
    foreign,
    tls: host === anyHost || tls.served === undefined ? undefined : tlsPlan(settings, host, tls.served),
  };
}

function preparedFor(
  settings: Settings,
  host: RouteHost,
  redirect: PlannedRedirect | undefined,
): readonly PreparedRedirect[] {
  if (redirect === undefined || host === anyHost) return [];
  const { service, plugin } = redirectRoute(settings, host, redirect);
  return [{ service, plugin, location: locationOf(redirect) }];
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
  const id = entityId(tag, "route", host, matchKey(match));
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

function uniqueById<T extends { readonly id: string }>(entities: readonly T[]): readonly T[] {
  return [...new Map(entities.map((entity) => [entity.id, entity])).values()];
}
