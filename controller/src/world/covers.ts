import { anyHost, isWildcard, wildcardFor } from "@domain-claims/crds/hostname";
import type { Hostname, RouteHost } from "@domain-claims/crds/hostname";

/**
 * What Kong would serve a request for the host with if the host itself had no route: the wildcard one level up, and the
 * any host. (Wildcards further up answer 404 for it by themselves, rule L2a.)
 */
export function coversOf(host: RouteHost): readonly RouteHost[] {
  if (host === anyHost) return [];
  const wildcard = isWildcard(host) ? undefined : wildcardFor(host as Hostname);
  return wildcard === undefined ? [anyHost] : [wildcard, anyHost];
}
