import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { KongPlugin, KongRoute, KongService } from "../../src/plan/kong/entities.ts";
import { leadingNowhere } from "../../src/plan/kong/service.ts";

/** What somebody else has in the same Kong. */
export interface Foreign {
  readonly service: KongService;
  readonly route: KongRoute;
  readonly plugin: KongPlugin;
}

const tags = ["somebody-else", "k8s-namespace:a"] as const;

/** Entities that look like ours, with one of our hosts and a name that ours may need, but without our tag (rule L5). */
export function foreignEntities(serviceName: string, host: string): Foreign {
  const id = (last: number): string => `99999999-0000-4000-8000-00000000000${String(last)}`;
  const service = { id: id(1) };
  return {
    service: {
      ...leadingNowhere,
      ...service,
      name: serviceName,
      host: "elsewhere",
      tags,
    },
    route: {
      id: id(2),
      name: "a~acme.org~elsewhere",
      service,
      hosts: [host],
      paths: ["/elsewhere"],
      methods: null,
      headers: null,
      snis: null,
      protocols: ["http"],
      https_redirect_status_code: 426,
      regex_priority: 0,
      strip_path: false,
      preserve_host: true,
      tags,
    },
    plugin: {
      id: id(3),
      name: "pre-function",
      service,
      config: { access: [], rewrite: [], certificate: [] },
      enabled: true,
      tags,
    },
  };
}

/**
 * Rule X5, written once more: whether a host is left to the foreign route, which names it, or, of a wildcard, something that
 * it would cover. A `*.` of Kong's covers names of any depth.
 */
export function isOthers(host: string, { route }: Foreign, handedOver: readonly string[]): boolean {
  if (handedOver.includes(host)) return false;
  return (route.hosts ?? []).some((named) => {
    if (named === host || covers(named, host)) return true;
    return isWildcard(host as Host) && (covers(host, named) || named.slice(2) === host.slice(2));
  });
}

function covers(wildcard: string, name: string): boolean {
  return isWildcard(wildcard as Host) && name.endsWith(wildcard.slice(1));
}
