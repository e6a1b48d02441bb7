import type { Facts } from "../world/facts.ts";
import type { HostRecord } from "../world/host-record.ts";
import type { Claim } from "../world/claim.ts";
import { nextHolder } from "./next-holder.ts";
import type { NextHolder } from "./next-holder.ts";
import type { Settings } from "./settings.ts";
import { acceptance } from "./transfer.ts";

/**
 * Rule N4: the claim that accepts the host, the oldest that may hold it; undefined if there is none, or the host is handed
 * over to nobody. Who waits for the host has no say, for however long.
 */
export function handover(facts: Facts, settings: Settings, record: HostRecord): NextHolder | undefined {
  if (record.transfer === undefined) return undefined;
  const accepts = (claim: Claim): boolean => acceptance(facts, record, claim) === "accepts";
  const next = nextHolder(facts, settings, record.host, accepts);
  // While its finalizer is on its way, those behind it wait for that.
  return next?.claim.finalizers.ours === undefined ? undefined : next;
}
