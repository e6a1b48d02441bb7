import { decideClaim } from "../decide/claim.ts";
import type { Settings } from "../decide/settings.ts";
import { hostOutcome, planSource } from "../plan/source.ts";
import type { Decided, SourceVerdict } from "../plan/source.ts";
import type { Facts } from "../world/facts.ts";
import type { Source } from "../world/source.ts";
import { decisionFor, routesFor } from "./decided.ts";

const outcomeOfHost = Symbol("what becomes of the host's sources");

/** What a source is to be told, from what is decided about its hosts: each host once for all sources that name it. Undefined: it is not ours. */
export function sourceVerdict(facts: Facts, settings: Settings, source: Source): SourceVerdict | undefined {
  const decided: Decided = {
    host: (host) => decisionFor(facts, settings, host),
    outcome: (host) => facts.memoize(outcomeOfHost, host, (once) => hostOutcome(routesFor(once, settings, host))),
    claim: (claim) => decideClaim(facts, settings, claim),
  };
  return planSource(facts, settings, source, decided);
}
