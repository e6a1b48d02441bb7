import { wildcardFor } from "@domain-claims/crds/host";
import type { Host } from "@domain-claims/crds/host";
import type { Facts } from "../world/facts.ts";
import { servesHttps } from "../world/kong-state.ts";

/** True if requests for the host over TLS are answered with a certificate for it: its own, or one of its wildcard. */
export function hasHttps(facts: Facts, host: Host): boolean {
  return servesHttps(facts.liveTls(host)) || hasWildcardCertificate(facts, host);
}

/** True if Kong shows the certificate of its wildcard for the host, which has none of its own. */
export function hasWildcardCertificate(facts: Facts, host: Host): boolean {
  const wildcard = wildcardFor(host);
  return wildcard !== undefined && facts.liveTls(host).tls === undefined && servesHttps(facts.liveTls(wildcard));
}
