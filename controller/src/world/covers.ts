import { isWildcard, wildcardFor } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { catchAll } from "./source-hosts.ts";

/**
 * What Kong would serve a request for the host with if the host itself had no route: the wildcard one level up, and the
 * catch-all. (Wildcards further up answer 404 for it by themselves, rule L2a.)
 */
export function coversOf(host: Host): readonly Host[] {
  if (host === catchAll) return [];
  const wildcard = isWildcard(host) ? undefined : wildcardFor(host as Hostname);
  return wildcard === undefined ? [catchAll] : [wildcard, catchAll];
}
