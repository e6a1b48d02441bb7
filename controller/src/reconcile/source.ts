import { decideClaim } from "../decide/claim.ts";
import { decideHost } from "../decide/host.ts";
import type { HostDecision } from "../decide/host.ts";
import type { Settings } from "../decide/settings.ts";
import { planHost } from "../plan/host.ts";
import { hostOutcome, planSource } from "../plan/source.ts";
import type { Decided, SourceVerdict } from "../plan/source.ts";
import type { Facts } from "../world/facts.ts";
import type { Source } from "../world/source.ts";

/** What a source is to be told, from what is decided about its hosts: each host once for all sources that name it. */
export function sourceVerdict(facts: Facts, settings: Settings, source: Source): SourceVerdict | undefined {
  const decision = (of: Facts, host: HostDecision["host"]): HostDecision =>
    of.memoize(settings, `who serves ${host}`, (once) => decideHost(once, settings, host));
  const decided: Decided = {
    host: (host) => decision(facts, host),
    outcome: (host) =>
      facts.memoize(settings, `what of ${host} is served`, (once) =>
        hostOutcome(planHost(once, settings, decision(once, host))),
      ),
    claim: (claim) => decideClaim(facts, settings, claim),
  };
  return planSource(facts, settings, source, decided);
}
