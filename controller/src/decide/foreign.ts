import { foreignHostsLabel } from "@domain-claims/crds/domain";
import { anyHost } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import { matchesReserved } from "@domain-claims/crds/reserved";
import type { Facts } from "../world/facts.ts";
import type { NamedRoute } from "../world/kong-state.ts";
import type { Settings } from "./settings.ts";

/**
 * Rule X5: the route of others in Kong for whose sake nothing is programmed for the host, whoever holds it. Undefined: no
 * such route names the host, or an administrator has handed it over, by the list or by the label of the namespace.
 */
export function foreignRoute(
  facts: Facts,
  settings: Settings,
  host: RouteHost,
  namespace: string | undefined,
): NamedRoute | undefined {
  if (host === anyHost || matchesReserved(host, settings.handedOverHosts) !== undefined) return undefined;
  const route = facts.foreignRoute(host);
  if (route === undefined || namespace === undefined) return route;
  return facts.namespace(namespace)?.labels[foreignHostsLabel] === "allowed" ? undefined : route;
}
