import type { Facts } from "../world/facts.ts";
import type { HostRecord, Redemption } from "../world/host-record.ts";
import { isRevoked } from "./eligibility.ts";
import type { Settings } from "./settings.ts";
import { isOfThisCluster } from "./restored.ts";
import { isGivenUp, keptFor } from "./tenure.ts";

/** Why nobody waits any more for a host's last holder to come back. */
export type RedemptionEnd = "Over" | "NamespaceGone" | "Released" | "NotShared";

/** Rule N5: why the record's redemption has ended; undefined while it has not. */
export function whyRedemptionEnds(
  facts: Facts,
  settings: Settings,
  record: HostRecord,
  redemption: Redemption,
): RedemptionEnd | undefined {
  const { host } = record;
  if (settings.redemptionMs === 0 || facts.isOver(host, redemption.until)) return "Over";
  const namespace = keptFor(facts, redemption);
  if (namespace === undefined) return isOfThisCluster(facts, record) ? "NamespaceGone" : undefined;
  if (facts.claimsFor(host).some((claim) => claim.namespace === namespace && isGivenUp(claim))) return "Released";
  return isRevoked(facts, settings, host, redemption) ? "NotShared" : undefined;
}
