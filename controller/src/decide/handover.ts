import type { Facts } from "../world/facts.ts";
import type { Authority, HostRecord } from "../world/host-record.ts";
import type { Claim } from "../world/claim.ts";
import { eligibility } from "./eligibility.ts";
import { eligibilityKeys } from "./eligibility-keys.ts";
import type { Settings } from "./settings.ts";
import { acceptance } from "./transfer.ts";

/** Which claim takes a host over from its holder, and by what right it then stands. */
export interface Handover {
  readonly claim: Claim;
  readonly authority: Authority | undefined;
}

/**
 * Rule N4: the claim that accepts the host, the oldest that may hold it; undefined if there is none, or the host is handed
 * over to nobody. Who waits for the host has no say, for however long.
 */
export function handover(facts: Facts, settings: Settings, record: HostRecord): Handover | undefined {
  if (record.transfer === undefined) return undefined;
  const keyOf = eligibilityKeys(facts);
  const refused = new Set<string>();
  for (const claim of facts.claimsFor(record.host)) {
    if (acceptance(facts, record, claim) !== "accepts") continue;
    const key = keyOf(claim);
    const hasFinalizer = claim.finalizers.ours !== undefined;
    if (refused.has(key) || (!hasFinalizer && facts.isUnwritable(claim))) continue;
    const own = eligibility(facts, settings, claim);
    // Its finalizer is on its way, and those behind it wait for that.
    if (own.ok) return hasFinalizer ? { claim, authority: own.authority } : undefined;
    refused.add(key);
  }
  return undefined;
}
