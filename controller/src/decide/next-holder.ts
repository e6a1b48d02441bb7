import type { Host } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import type { Authority } from "../world/host-record.ts";
import type { Claim } from "../world/claim.ts";
import { eligibility } from "./eligibility.ts";
import { eligibilityKeys } from "./eligibility-keys.ts";
import type { Settings } from "./settings.ts";

/** A claim that may have a host, and by what right it then stands. */
export interface NextHolder {
  readonly claim: Claim;
  readonly authority: Authority | undefined;
}

/**
 * The oldest claim that may have the host, of those for it that count; undefined if there is none. One into which nothing can be
 * written can't have our finalizer, without which nothing would hold its routes back: those behind it don't wait for that.
 */
export function nextHolder(
  facts: Facts,
  settings: Settings,
  host: Host,
  counts: (claim: Claim) => boolean,
): NextHolder | undefined {
  const keyOf = eligibilityKeys(facts);
  const refused = new Set<string>();
  for (const claim of facts.claimsFor(host)) {
    if (claim.deleting || !counts(claim)) continue;
    const key = keyOf(claim);
    if (refused.has(key)) continue;
    if (claim.finalizers.ours === undefined && facts.isUnwritable(claim)) continue;
    const own = eligibility(facts, settings, claim);
    if (own.ok) return { claim, authority: own.authority };
    refused.add(key);
  }
  return undefined;
}
