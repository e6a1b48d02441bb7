import { ancestors } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import { currentHolder } from "./eligibility.ts";
import { foreignRoute } from "./foreign.ts";
import { guardNeed } from "./guard.ts";
import { nextHolder } from "./next-holder.ts";
import type { NextHolder } from "./next-holder.ts";
import type { Settings } from "./settings.ts";
import { tenureBefore } from "./tenure.ts";

/**
 * Rule O3: a name above the host that is free, or is being released, and for which a primary waits that is to have it. What lies
 * above goes first: whoever lies in wait below would otherwise be carved out of it in the moment between two holders. Undefined:
 * there is none, or the one that may have the host would be carved out of nothing, or has been before.
 */
export function awaitedAbove(
  facts: Facts,
  settings: Settings,
  host: Host,
  { claim, authority }: NextHolder,
): Hostname | undefined {
  if (authority?.kind !== "none") return undefined;
  if (tenureBefore(facts, facts.record(host), claim)?.authority?.kind === "none") return undefined;
  return ancestors(host).find((above) => isAwaited(facts, settings, above));
}

function isAwaited(facts: Facts, settings: Settings, host: Hostname): boolean {
  if (currentHolder(facts, settings, host).kind !== "free") return false;
  const next = nextHolder(facts, settings, host, ({ sub }) => sub === undefined);
  return next !== undefined && !lacksGuardForGood(facts, settings, host, next.claim.namespace);
}

/** Rule X5: true where the guard without which the namespace does not get the host is not written, as a route of others names it. */
function lacksGuardForGood(facts: Facts, settings: Settings, host: Hostname, namespace: string): boolean {
  if (foreignRoute(facts, settings, host, namespace) === undefined || facts.live(host).guard) return false;
  return guardNeed(facts, settings, host, { kind: "namespace", namespace }) === "needed";
}
