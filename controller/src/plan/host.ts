import { isWildcard, recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { conditionMessages, ingressMessages } from "@domain-claims/crds/messages";
import type { IngressReason } from "@domain-claims/crds/reasons";
import { needsGuard } from "../decide/guard.ts";
import type { HostDecision } from "../decide/host.ts";
import { isOurs } from "../decide/source-class.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import { catchAll, rulesFor } from "../world/source-hosts.ts";
import { byAge } from "../world/compare.ts";
import type { Ingress, IngressPath } from "../world/types.ts";
import { routeOptions } from "./annotations.ts";
import { backend } from "./backend.ts";
import type { KongPlugin, KongRoute, KongService } from "./kong/entities.ts";
import { guardOf } from "./kong/guard.ts";
import { entityId } from "./kong/ids.ts";
import { kongPath } from "./paths.ts";
import type { KongPath } from "./paths.ts";
import { tagsOf } from "./kong/tags.ts";
import { coveringService, wildcardPriority } from "./kong/wildcard.ts";

/** A path of an Ingress that can't be served, and why. */
export interface PathRefusal {
  readonly ingress: { readonly namespace: string; readonly name: string };
  readonly reason: IngressReason;
  readonly message: string;
}

/** Everything that Kong should have for a host. */
export interface HostPlan {
  readonly host: Host;
  readonly services: readonly KongService[];
  readonly plugins: readonly KongPlugin[];
  /** The guard, if there is one, and the routes that serve. */
  readonly routes: readonly KongRoute[];
  readonly guard: KongRoute | undefined;
  readonly refusals: readonly PathRefusal[];
  /** `namespace/name` of the Ingresses that have at least one route here. */
  readonly ingresses: readonly string[];
  /** Set if the host has paths which can't be served on this gateway at all. */
  readonly unsupported: string | undefined;
  /** True if routes are held back until every host that they could take over is guarded (rule L2b). */
  readonly waitsForGuards: boolean;
}

/** A path that is going to be served. */
interface Served {
  readonly ingress: Ingress;
  readonly path: KongPath;
  readonly service: string;
  readonly port: number;
}

/** What Kong should have for the host, given who may serve it: the routes of the holder's Ingresses, and the guard. */
export function planHost(facts: Facts, settings: Settings, decision: HostDecision): HostPlan {
  const { host } = decision;
  const namespaces =
    host === catchAll ? settings.catchAllNamespaces : decision.serving === undefined ? [] : [decision.serving];
  const ingresses = namespaces
    .flatMap((namespace) => facts.ingressesFor(namespace, host))
    .filter((ingress) => isOurs(facts, settings, ingress))
    .sort(byAge);
  const { served, refusals } = servedPaths(facts, host, ingresses);

  const needsFunction = isWildcard(host) && served.length > 0;
  const unsupported = needsFunction && facts.kong.synced && !facts.kong.preFunction;
  const covering = isWildcard(host) || host === catchAll;
  const live = facts.live(host).namespaces;
  const waitsForGuards =
    covering &&
    served.length > 0 &&
    namespaces.some((namespace) => !live.includes(namespace) && facts.hasUnguarded(host, namespace));
  const planned = unsupported || waitsForGuards ? [] : served.map((path) => routeOf(settings, host, path));

  const guarded = decision.guardFor !== undefined && needsGuard(facts, settings, host, decision.guardFor);
  const guard = guarded ? [guardOf(settings, host, decision.guardFor)] : [];
  return {
    host,
    services: uniqueById([...guard, ...planned].map(({ service }) => service)),
    plugins: facts.kong.preFunction ? uniqueById([...guard, ...planned].flatMap(({ plugin }) => plugin ?? [])) : [],
    routes: [...guard, ...planned].map(({ route }) => route),
    guard: guard[0]?.route,
    refusals: unsupported ? [...refusals, ...served.map(wildcardRefusal)] : refusals,
    ingresses: [...new Set(served.map(({ ingress }) => `${ingress.namespace}/${ingress.name}`))],
    unsupported: unsupported ? conditionMessages.wildcardUnsupported : undefined,
    waitsForGuards,
  };
}

/** Goes through the Ingresses, oldest first: each path is served by the first that has it. */
function servedPaths(
  facts: Facts,
  host: Host,
  ingresses: readonly Ingress[],
): { readonly served: readonly Served[]; readonly refusals: readonly PathRefusal[] } {
  const paths = ingresses.flatMap((ingress) =>
    rulesFor(ingress, host).flatMap((rule) => rule.paths.map((path) => ({ ingress, path }))),
  );
  const exact = new Set(paths.flatMap(({ path }) => exactIdentity(path)));
  const served = new Map<string, Served>();
  const refusals: PathRefusal[] = [];
  for (const { ingress, path } of paths) {
    const refuse = (reason: IngressReason, message: string): void => {
      refusals.push({ ingress: { namespace: ingress.namespace, name: ingress.name }, reason, message });
    };
    const translated = kongPath(path, exact);
    if (!translated.ok) {
      refuse("InvalidPath", ingressMessages.invalidPath(host, path.path, translated.message));
      continue;
    }
    const first = served.get(translated.path.identity);
    if (first !== undefined) {
      const other = `${first.ingress.namespace}/${first.ingress.name}`;
      if (first.ingress !== ingress) refuse("PathConflict", ingressMessages.pathConflict(host, path.path, other));
      continue;
    }
    const target = backend(facts, ingress.namespace, host, path);
    if (target.ok) {
      served.set(translated.path.identity, {
        ingress,
        path: translated.path,
        service: target.service,
        port: target.port,
      });
    } else refuse(target.reason, target.message);
  }
  return { served: [...served.values()], refusals };
}

function exactIdentity(path: IngressPath): readonly string[] {
  const translated = path.pathType === "Exact" ? kongPath(path) : undefined;
  return translated?.ok === true ? [translated.path.identity] : [];
}

function routeOf(
  settings: Settings,
  host: Host,
  { ingress, path, service, port }: Served,
): { readonly service: KongService; readonly plugin: KongPlugin | undefined; readonly route: KongRoute } {
  const tag = settings.kongTag;
  const wildcard = isWildcard(host);
  const shared = serviceOf(settings, ingress.namespace, service, port);
  const covering = wildcard || host === catchAll;
  const target = covering ? coveringService(tag, host, shared) : { service: shared, plugin: undefined };
  const { options } = routeOptions(ingress);
  const id = entityId(tag, "route", host, path.identity);
  return {
    ...target,
    route: {
      id,
      name: `${ingress.namespace}~${host === catchAll ? "any" : recordName(host)}~${id}`,
      service: { id: target.service.id },
      hosts: host === catchAll ? null : [host],
      paths: wildcard ? path.wildcardHost : path.exactHost,
      methods: null,
      headers: null,
      snis: null,
      protocols: options.protocols,
      https_redirect_status_code: options.httpsRedirectStatusCode,
      regex_priority: wildcard ? wildcardPriority(host, path.rank) : 0,
      strip_path: options.stripPath,
      preserve_host: options.preserveHost,
      tags: tagsOf(settings, { kind: "Ingress", namespace: ingress.namespace, name: ingress.name }),
    },
  };
}

/** The Kong service of a Kubernetes Service's port, which all exact hosts share. */
function serviceOf(settings: Settings, namespace: string, name: string, port: number): KongService {
  return {
    id: entityId(settings.kongTag, "service", namespace, name, String(port)),
    name: `${namespace}.${name}.${String(port)}`,
    protocol: "http",
    host: `${name}.${namespace}.svc`,
    port,
    path: null,
    enabled: true,
    tags: tagsOf(settings, { kind: "Service", namespace, name }),
  };
}

function wildcardRefusal({ ingress }: Served): PathRefusal {
  return {
    ingress: { namespace: ingress.namespace, name: ingress.name },
    reason: "WildcardUnsupported",
    message: conditionMessages.wildcardUnsupported,
  };
}

function uniqueById<T extends { readonly id: string }>(entities: readonly T[]): readonly T[] {
  return [...new Map(entities.map((entity) => [entity.id, entity])).values()];
}
