import { ancestors } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import { currentHolder } from "./eligibility.ts";
import { nextHolder } from "./next-holder.ts";
import type { Settings } from "./settings.ts";

/**
 * Rule O3: true while a name above the host is free, or is being released, and a primary waits for it that may have it. What
 * lies above goes first: whoever lies in wait below would otherwise be carved out of it in the moment between two holders.
 */
export function isAwaitedAbove(facts: Facts, settings: Settings, host: Host): boolean {
  return ancestors(host).some(
    (above) =>
      currentHolder(facts, settings, above).kind === "free" &&
      nextHolder(facts, settings, above, ({ sub }) => sub === undefined) !== undefined,
  );
}
