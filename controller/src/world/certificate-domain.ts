import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { registrableDomain } from "@domain-claims/crds/suffix";

/**
 * The registrable domain by which a host's certificates are grouped and counted, private suffixes included, as Boulder
 * does (`ratelimits/utilities.go`). An administrator may allow a public suffix to be claimed: it stands for itself.
 */
export function certificateDomain(host: Host): Hostname {
  const hostname = (isWildcard(host) ? host.slice(2) : host) as Hostname;
  return registrableDomain(hostname) ?? hostname;
}
