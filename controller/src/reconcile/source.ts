import { decideClaim } from "../decide/claim.ts";
import type { Settings } from "../decide/settings.ts";
import { hostOutcome, planSource } from "../plan/source.ts";
import type { Decisions, SourceVerdict } from "../plan/source.ts";
import type { Facts } from "../world/facts.ts";
import { atOnce } from "../world/pieces.ts";
import type { Pieces } from "../world/pieces.ts";
import type { Source } from "../world/source.ts";
import { decisionFor, routesFor } from "./decided.ts";

const outcomeOfHost = Symbol("what becomes of the host's sources");

/** What a source is to be told, from what is decided about its hosts: each host once for all sources that name it. Undefined: it is not ours. */
export function sourceVerdict(facts: Facts, settings: Settings, source: Source): SourceVerdict | undefined {
  return atOnce(verdictInPieces(settings, source, () => facts));
}

/** As {@link sourceVerdict}, in pieces: each sees the facts of its own moment. */
export function verdictInPieces(
  settings: Settings,
  source: Source,
  look: () => Facts,
): Pieces<SourceVerdict | undefined> {
  return planSource(settings, source, () => {
    const facts = look();
    return { facts, decided: decidedBy(facts, settings) };
  });
}

function decidedBy(facts: Facts, settings: Settings): Decisions {
  return {
    host: (host) => decisionFor(facts, settings, host),
    outcome: (host) => facts.memoize(outcomeOfHost, host, (once) => hostOutcome(routesFor(once, settings, host))),
    claim: (claim) => decideClaim(facts, settings, claim),
  };
}
