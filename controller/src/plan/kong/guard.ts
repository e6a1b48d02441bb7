import { isWildcard, recordName } from "@domain-claims/crds/hostname";
import type { RouteHost, Host } from "@domain-claims/crds/hostname";
import type { GuardedFor } from "../../decide/guard.ts";
import type { Settings } from "../../decide/settings.ts";
import { answerNotFound, everyRequest, nowhere, preFunction, wildcardPriority } from "./cover.ts";
import type { KongPlugin, KongRoute, KongService } from "./entities.ts";
import { entityId, smallestId } from "./ids.ts";
import { leadingNowhere } from "./service.ts";
import { tagsOf } from "./tags.ts";

/** The guard route of a host and what it leads to. */
export interface Guard {
  readonly service: KongService;
  readonly plugin: KongPlugin;
  readonly route: KongRoute;
}

/** The id of a host's guard route. */
export function guardId(settings: Settings, host: RouteHost): string {
  return smallestId(settings.kongTag, "guard", host);
}

/**
 * What stands before somebody else's wildcard (rule L2b): a route of the host itself on `/` which answers Kong's own 404.
 * It loses against every route of the host's holder: longer paths and regular expressions come first by Kong's rules, and
 * an equal path by the larger id. All guards share one service, which leads nowhere: while the plugin is not in effect, a
 * request gets an error of Kong's, and nobody's answer (rule X6).
 */
export function guardOf(settings: Settings, host: Host, guarded: GuardedFor): Guard {
  const tag = settings.kongTag;
  const service: KongService = {
    ...leadingNowhere,
    id: entityId(tag, "guard-service"),
    name: `${tag}.guard`,
    host: nowhere,
    tags: [tag],
  };
  const id = guardId(settings, host);
  const wildcard = isWildcard(host);
  const owner = guarded.kind === "namespace" ? { namespace: guarded.namespace } : {};
  return {
    service,
    plugin: preFunction(tag, service, answerNotFound),
    route: {
      ...everyRequest,
      id,
      name: `guard~${recordName(host)}~${id.slice(-8)}`,
      service: { id: service.id },
      hosts: [host],
      paths: [wildcard ? "~/" : "/"],
      regex_priority: wildcard ? wildcardPriority(host, 0) : 0,
      tags: tagsOf(settings, { kind: "HostRecord", name: recordName(host), ...owner }, host),
    },
  };
}
