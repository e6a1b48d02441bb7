import { isWildcard, wildcardFor } from "@domain-claims/crds/host";
import type { Host, Hostname } from "@domain-claims/crds/host";
import type { Facts } from "../world/facts.ts";
import { servesHttps } from "../world/kong-state.ts";

/** True if requests for the host over TLS are answered with a certificate for it: its own, or one of its wildcard. */
export function hasHttps(facts: Facts, host: Host): boolean {
  return servesHttps(facts.liveTls(host)) || isBelowWildcard(facts, host);
}

/** As Kong shows the certificate of a wildcard for a name below it that has none of its own. */
export function isBelowWildcard(facts: Facts, host: Host): boolean {
  const wildcard = isWildcard(host) ? undefined : wildcardFor(host as Hostname);
  return wildcard !== undefined && facts.liveTls(host).tls === undefined && servesHttps(facts.liveTls(wildcard));
}
