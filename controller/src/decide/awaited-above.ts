import { ancestors } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import { currentHolder, eligibility } from "./eligibility.ts";
import { eligibilityKeys } from "./eligibility-keys.ts";
import type { Settings } from "./settings.ts";

/**
 * Rule O3: true while a name above the host is free, or is being released, and a primary waits for it that may have it. What
 * lies above goes first: whoever lies in wait below would otherwise be carved out of it in the moment between two holders.
 */
export function isAwaitedAbove(facts: Facts, settings: Settings, host: Host): boolean {
  return ancestors(host).some(
    (above) => currentHolder(facts, settings, above).kind === "free" && isAwaited(facts, settings, above),
  );
}

function isAwaited(facts: Facts, settings: Settings, host: Host): boolean {
  const keyOf = eligibilityKeys(facts);
  const refused = new Set<string>();
  for (const claim of facts.claimsFor(host)) {
    const key = keyOf(claim);
    if (claim.sub !== undefined || claim.deleting || refused.has(key)) continue;
    if (claim.finalizers.ours === undefined && facts.isUnwritable(claim)) continue;
    if (eligibility(facts, settings, claim).ok) return true;
    refused.add(key);
  }
  return false;
}
