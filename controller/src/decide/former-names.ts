import type { Host } from "@domain-claims/crds/hostname";
import type { Claim } from "../world/claim.ts";
import { hostOfClaim } from "../world/claim-host.ts";
import type { Facts } from "../world/facts.ts";
import { mostFormerNames } from "../world/host-record.ts";

/** The names of before for which sources are served under the host, too, newest first. */
export function formerNames(facts: Facts, host: Host): readonly Host[] {
  return (facts.record(host)?.holder?.renamedFrom ?? []).map((name) => name.host);
}

/** The names that a host had before in a namespace that handed it over, by the claims that are left there. */
export function namesLeftBehind(facts: Facts, host: Host, namespace: string): readonly Host[] {
  const names = new Set<Host>();
  for (const left of facts.claimsFor(host)) {
    let claim = left.namespace === namespace ? renamedBy(facts, left) : undefined;
    while (claim !== undefined) {
      const spec = hostOfClaim(claim);
      if (!spec.ok || names.has(spec.host) || names.size === mostFormerNames) break;
      names.add(spec.host);
      claim = renamedBy(facts, claim);
    }
  }
  return [...names];
}

function renamedBy(facts: Facts, { namespace, renames }: Claim): Claim | undefined {
  return renames === undefined ? undefined : facts.claim(namespace, renames);
}
