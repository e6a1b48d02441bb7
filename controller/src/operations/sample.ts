import type { KongAvailability } from "../kong/availability.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { Clock } from "../time/clock.ts";
import type { Watches } from "../watch/watches.ts";
import type { CertificateGroups } from "../world/certificate-groups.ts";
import type { Census } from "./census.ts";
import type { LongestTurn } from "./longest-turn.ts";
import type { Sample } from "./metrics.ts";

/** Who knows how things stand. */
export interface SampleSources {
  readonly census: Census;
  readonly watches: Pick<Watches, "health">;
  readonly availability: Pick<KongAvailability, "problem">;
  readonly longestTurn: Pick<LongestTurn, "take">;
  readonly certificates: Pick<CertificateGroups, "totals">;
  /** Orders that may be made now; Infinity where none are made. */
  readonly orderBudgetLeft: () => number;
  /** The term that runs, while there is one. */
  readonly term: Pick<Reconciler, "health"> | undefined;
  readonly clock: Pick<Clock, "now">;
}

/** How things stand now. The cost depends on how many queues, kinds and reasons there are, and not on how many claims. */
export function sampleOf(sources: SampleSources): Sample {
  const { availability, census, certificates: groups, clock, longestTurn, orderBudgetLeft, term, watches } = sources;
  const { queues, routes, certificates, certificatesNotShown, firstExpiryMs, proof } = term?.health() ?? noTerm;
  return {
    statuses: census.statuses(),
    hostsHeld: census.hostsHeld,
    unserved: census.unserved(),
    queues,
    routesLive: routes,
    certificatesLive: certificates,
    certificatesNotShown,
    firstExpiryMs,
    certificateNames: groups.totals,
    orderBudgetLeft: orderBudgetLeft(),
    gatewayBehindMs: proof.behindMs,
    kongReachable: availability.problem === undefined,
    complete: watches.health().map(({ kind, lastCurrentMs }) => ({ kind, atMs: clock.now() - lastCurrentMs })),
    longestTurn: longestTurn.take(),
  };
}

const noTerm = {
  ...{ queues: {}, routes: 0, certificates: 0, certificatesNotShown: 0 },
  ...{ firstExpiryMs: undefined, proof: { behindMs: 0 } },
};
