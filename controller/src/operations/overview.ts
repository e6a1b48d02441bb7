import type { KongAvailability } from "../kong/availability.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { Clock } from "../time/clock.ts";
import type { Watches } from "../watch/watches.ts";
import type { IssuerRef } from "../world/domain-certificate.ts";
import type { WorldEvent } from "../world/event.ts";
import type { World } from "../world/world.ts";
import { Census } from "./census.ts";
import type { DnsCache } from "./dns-cache.ts";
import type { Check } from "./health.ts";
import { issuerState } from "./issuer-state.ts";
import type { Log } from "./logging/logger.ts";
import { LongestTurn } from "./longest-turn.ts";
import type { Sample } from "./metrics.ts";
import { OtherApprovers } from "./other-approvers.ts";
import { publishService } from "./publish-service.ts";
import type { PublishService } from "./publish-service.ts";
import { checks } from "./readiness.ts";
import { sampleOf } from "./sample.ts";

/** How the whole process stands, from its start to its end. */
export interface Overview {
  /** Takes note of an event that the world takes in. */
  readonly note: (event: WorldEvent) => void;
  /** To be called when everything has been watched once: until then, what is not there may only not be known yet. */
  readonly synced: () => void;
  /** What `/readyz` says. */
  readonly checks: () => readonly Check[];
  /** What `/metrics` shows. */
  readonly sample: () => Sample;
  /** Measures no more. */
  readonly stop: () => void;
}

/** Of what, and of whom, an overview is. */
export interface OverviewOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly log: Log;
  readonly availability: Pick<KongAvailability, "problem">;
  readonly dns: Pick<DnsCache, "state">;
  readonly watches: Pick<Watches, "health">;
  readonly leader: {
    /** The term that runs, while there is one. */
    readonly term: () => Pick<Reconciler, "health"> | undefined;
    /** For how long the process has had the lead without a term, while it has. */
    readonly waitsMs: () => number | undefined;
  };
  /** The Service whose addresses are published; undefined: none is. */
  readonly published: { readonly namespace: string; readonly name: string } | undefined;
  /** From whom certificates are ordered; undefined: none are. */
  readonly issuer: IssuerRef | undefined;
  /** Whether requests to it are to be approved here alone. */
  readonly approves: boolean;
  /** Orders that may be made now; Infinity where none are made. */
  readonly orderBudgetLeft: () => number;
}

/** Begins to watch over everything. */
export function overviewOf(options: OverviewOptions): Overview {
  const { availability, clock, dns, issuer, leader, orderBudgetLeft, watches, world } = options;
  const census = new Census();
  const longestTurn = new LongestTurn(clock);
  const service = publishedService(options);
  const approvers = issuer !== undefined && options.approves ? new OtherApprovers(issuer, clock.now()) : undefined;
  let synced = false;
  return {
    note: (event) => {
      census.note(event);
      approvers?.note(event);
      if (event.kind === "Service" && synced) service?.look();
    },
    synced: () => {
      synced = true;
      service?.look();
    },
    checks: () =>
      checks({
        ...{ watches, availability, dns, approvers, term: leader.term(), waitsMs: leader.waitsMs() },
        service: synced ? service : undefined,
        issuer: synced && issuer !== undefined ? issuerState(issuer, world) : undefined,
      }),
    sample: () => {
      const { certificates } = world;
      const term = leader.term();
      return sampleOf({ census, watches, availability, longestTurn, certificates, orderBudgetLeft, term, clock });
    },
    stop: () => longestTurn.stop(),
  };
}

function publishedService({ log, published, world }: OverviewOptions): PublishService | undefined {
  if (published === undefined) return undefined;
  const { namespace, name } = published;
  return publishService(`${namespace}/${name}`, () => world.service(namespace, name), log);
}
