import type { RouteHost } from "@domain-claims/crds/hostname";
import { ActualState } from "../apply/kong/actual-state.ts";
import { DesiredState } from "../apply/kong/desired-state.ts";
import { Handshakes } from "../apply/kong/handshakes.ts";
import { publishProved } from "../apply/kong/publish-live.ts";
import { pluginsOn } from "../apply/kong/service.ts";
import { Proof } from "../apply/kong/proof.ts";
import { FailingWrites } from "../apply/kong/failing-writes.ts";
import { ForeignHosts } from "../apply/kong/foreign-hosts.ts";
import { LastWrites } from "../apply/kong/last-writes.ts";
import { ClaimNamespaces } from "../apply/kube/claim-namespaces.ts";
import { Told } from "../apply/kube/told.ts";
import type { Settings } from "../decide/settings.ts";
import type { KongAvailability } from "../kong/availability.ts";
import type { Kong } from "../kong/client.ts";
import type { KubeApi } from "../kube/api.ts";
import { isContention } from "../kube/errors.ts";
import type { EventRecorder } from "../kube/events.ts";
import { tokenBuckets } from "../kube/token-buckets.ts";
import { DecisionLog } from "../operations/logging/decision-log.ts";
import type { Log } from "../operations/logging/logger.ts";
import { Coalescer } from "../queue/coalescer.ts";
import { EventLoop } from "../time/event-loop.ts";
import { KeyedMutex } from "../queue/keyed-mutex.ts";
import { Turns } from "../queue/turns.ts";
import { WorkQueue } from "../queue/work-queue.ts";
import type { RunOutcome } from "../queue/work-queue.ts";
import type { Clock } from "../time/clock.ts";
import { Timers } from "../time/timers.ts";
import { TermState } from "../world/term-state.ts";
import type { FactKey } from "../world/keys.ts";
import type { WorldEvent } from "../world/types.ts";
import type { World } from "../world/world.ts";
import type { Context } from "./context.ts";
import { Expiries } from "./expiries.ts";
import { inspect } from "./inspection.ts";
import type { Inspection } from "./inspection.ts";
import { everything } from "./kong-resync.ts";
import { Readers } from "./readers.ts";
import { pairOf } from "./secret.ts";
import { SecretUsers } from "./secret-users.ts";
import { work } from "./work.ts";
import type { WorkKind } from "./work.ts";
import { itemNamed } from "./work-item.ts";
import type { Work, WorkItem } from "./work-item.ts";

/** What one term of leadership needs. */
export interface ReconcilerOptions extends Pick<
  Context,
  "limits" | "addresses" | "httpsProxies" | "kongTimeoutMs" | "orders" | "proverFor" | "resyncMs"
> {
  readonly world: World;
  readonly settings: Settings;
  readonly kube: KubeApi;
  readonly kong: Kong;
  readonly availability: Pick<KongAvailability, "observe" | "suspect">;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Whether to look for what routes of others in Kong name; see {@link ForeignHosts} for what that costs. */
  readonly foreignHosts: boolean;
  readonly onUnsupportedKong: Context["onUnsupportedKong"];
  readonly observeDecision?: Context["decided"];
  readonly observeQueue?: (queue: string, seconds: number, outcome: RunOutcome) => void;
  readonly observeDrift?: Context["driftFound"];
  readonly observeLive?: Context["wentLive"];
  readonly observeTooLarge?: Context["claimTooLarge"];
  readonly observeForgotten?: Context["foreignForgotten"];
  readonly observeRequest?: Context["requestDecided"];
  readonly observeOrder?: Context["ordered"];
}

const kinds = Object.keys(work) as WorkKind[];

/** How often one Secret is looked at: whoever changes it all the time makes no more work than that. */
const secretReads = { burst: 5, perSecond: 0.2, maxKeys: 100_000 };

/** How often it is asked what holds up an order that is under way, however often its names change. */
const orderLooks = { burst: 2, perSecond: 1 / 20, maxKeys: 10_000 };

/** How many CertificateRequests are approved for one order of the controller's own, */
const ownApprovals = { burst: 3, perSecond: 0, maxKeys: 10_000 };
/** and for a namespace, beside those: its renewals, and Certificates by hand. */
const otherApprovals = { burst: 20, perSecond: 5 / 3_600, maxKeys: 100_000 };

/**
 * One term of leadership: takes what the watches have shown and brings the register, the statuses and Kong in line with it,
 * until it is stopped. An event has done again what it concerns by itself, and whatever was decided from a fact that it
 * changed; so has a fact that the work itself changes. There is no timer between a change and Kong.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #context: Context;
  readonly #state: TermState;
  readonly #readers = new Readers();
  readonly #queues: { readonly [K in WorkKind]: WorkQueue };
  readonly #coalesced: { readonly [K in WorkKind]: Coalescer };
  readonly #abort = new AbortController();
  readonly #timers: Timers;
  readonly #proof: Proof;
  readonly #lastWrites: LastWrites;
  readonly #decisionLog: DecisionLog;
  readonly #unobserve: () => void;
  #unsubscribe: () => void = () => undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#state = new TermState(options.world, (changed) => this.#onChange(changed));
    const eventLoop = new EventLoop(options.clock);
    this.#queues = forEachKind((kind) => this.#queue(kind, work[kind], eventLoop));
    this.#coalesced = forEachKind((kind) => new Coalescer((key) => this.#queues[kind].add(key)));
    this.#decisionLog = new DecisionLog(options.log, this.#timers);
    this.#unobserve = options.availability.observe((away) => {
      if (!away) this.#onKongReturn();
    });
    const actual = new ActualState();
    const proof = new Proof({
      clock: options.clock,
      log: options.log,
      signal: this.#abort.signal,
      onProved: (hosts) => {
        for (const host of hosts) publishProved(this.#context, host);
      },
    });
    this.#proof = proof;
    this.#lastWrites = new LastWrites(options.clock, options.log, actual);
    this.#context = {
      ...options,
      kong: this.#lastWrites.noting(options.kong),
      proof,
      handshakes: options.httpsProxies === undefined ? undefined : new Handshakes(options.clock),
      decisionLog: this.#decisionLog,
      state: this.#state,
      readers: this.#readers,
      actual,
      desired: new DesiredState(),
      failing: new FailingWrites(options.clock),
      rounds: new Map(),
      unfinished: new Map(),
      asksEffect: new Map(),
      asksStandby: new Map(),
      foreign: options.foreignHosts ? new ForeignHosts() : undefined,
      mutex: new KeyedMutex(),
      claimNamespaces: new ClaimNamespaces(options.clock),
      toldSources: new Told(),
      underWaySince: new Map(),
      decided: (phase, reason) => options.observeDecision?.(phase, reason),
      driftFound: (hosts) => options.observeDrift?.(hosts),
      claimTooLarge: () => options.observeTooLarge?.(),
      foreignForgotten: (hosts) => options.observeForgotten?.(hosts),
      ordered: (result) => options.observeOrder?.(result),
      requestDecided: (decision, reason) => options.observeRequest?.(decision, reason),
      wentLive: (seconds) => options.observeLive?.(seconds),
      review: ({ collection, id }) => {
        const look = (): void => this.#queues.service.add(id);
        // A worker that still has the last route there is to have its plugins, too: they go by a timer of their own.
        if (collection === "services" && pluginsOn(this.#context, id).length > 0) proof.whenProved(look);
        else if (collection === "services") look();
        if (collection === "certificates") this.#queues.certificate.add(id);
      },
      readSecrets: new Map(),
      orderTurns: new Turns(),
      wantedSince: new Map(),
      approvalPauses: new Map(),
      requestsSince: new Map(),
      mayApproveOwn: tokenBuckets(options.clock, ownApprovals),
      mayApproveOthers: tokenBuckets(options.clock, otherApprovals),
      lookedAt: new Map(),
      expiries: new Expiries(),
      secretUsers: new SecretUsers(),
      mayReadSecret: tokenBuckets(options.clock, secretReads),
      mayAskOrder: tokenBuckets(options.clock, orderLooks),
      pairOf: (secret, hashes) => pairOf(this.#context, secret, hashes),
      kongAway: () => options.availability.suspect(),
      enqueue: (item) => this.#enqueue(item),
    };
  }

  /**
   * Begins: whatever Kong has of ours is listed, then everything is decided once. Call it when every watch has synced. What
   * is decided waits until it is known what Kong has, or that it does not answer.
   */
  start(): void {
    const { world } = this.#options;
    this.#unsubscribe = world.subscribe((event, changed) => this.#onEvent(event, changed.length > 0));
    for (const object of world.claims()) this.#onEvent({ type: "set", kind: "Domain", object });
    for (const object of world.records()) this.#onEvent({ type: "set", kind: "HostRecord", object });
    for (const object of world.sources()) this.#onEvent({ type: "set", kind: object.kind, object });
    for (const kind of kinds)
      for (const key of rowOf(kind).firstKeys?.(this.#context) ?? []) this.#queues[kind].add(key);
    this.#queues.resync.add(everything);
    this.#queues.resync.start();
  }

  /** Ends at once: nothing more is written to Kong or to the API server. Resolves when what was running has ended. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#unobserve();
    this.#state.end();
    this.#abort.abort();
    this.#timers.cancel();
    await Promise.all(kinds.map((kind) => this.#queues[kind].stop({ abort: true })));
    this.#decisionLog.flush();
  }

  /** How much there is to do, by queue; what Kong has of ours, and whether that is known. */
  health(): {
    readonly queues: Readonly<Record<string, Pick<WorkQueue, "depth" | "retrying" | "oldestMs">>>;
    readonly routes: number;
    readonly certificates: number;
    /** Of how many hosts the gateway does not show the certificate. */
    readonly certificatesNotShown: number;
    /** When the first certificate expires on which a host rests, in milliseconds since the epoch. */
    readonly firstExpiryMs: number | undefined;
    readonly kongKnown: boolean;
    /** How it is found out what the gateway has in effect, and for how long it has not shown what was written. */
    readonly proof: Pick<Proof, "how" | "behindMs">;
  } {
    return {
      queues: this.#queues,
      routes: this.#context.actual.count("routes"),
      certificates: this.#context.actual.count("certificates"),
      certificatesNotShown: this.#context.handshakes?.missing ?? 0,
      firstExpiryMs: this.#context.expiries.first,
      kongKnown: this.#state.kong.synced,
      proof: this.#proof,
    };
  }

  /** What is known of one host and decided about it at this moment; for people. */
  inspect(host: RouteHost): Inspection {
    return inspect(this.#context, this.#lastWrites, host);
  }

  #queue(kind: WorkKind, row: Work, eventLoop: EventLoop) {
    const { concurrency, concurrencyPerTenant, reconcile, tenantOf, urgent } = row;
    const { clock, log, observeQueue: observe, random } = this.#options;
    return new WorkQueue({
      ...{ name: kind, clock, eventLoop, isContention, log, observe, random },
      ...{ concurrency, concurrencyPerGroup: concurrencyPerTenant },
      groupOf: (key) => tenantOf(this.#state, key),
      urgent: urgent && {
        is: (key) => urgent.is(this.#state, key),
        places: urgent.places,
        placesPerGroup: urgent.placesPerTenant,
      },
      work: async (key, run) => {
        try {
          return await reconcile(this.#context, key, run);
        } finally {
          if (kind === "resync") this.#begin();
        }
      },
    });
  }

  /** Lets decisions begin, once it is known what Kong has, or that it does not answer. */
  #begin(): void {
    if (!this.#abort.signal.aborted) for (const kind of kinds) this.#queues[kind].start();
  }

  #onEvent(event: WorldEvent, changedFacts = true): void {
    for (const kind of kinds) for (const key of work[kind].keysFor(event, changedFacts)) this.#enqueue({ kind, key });
  }

  #onChange(changed: readonly FactKey[]): void {
    for (const item of this.#readers.of(changed)) this.#enqueue(itemNamed(item));
  }

  #enqueue({ kind, key }: WorkItem): void {
    const known = kind as WorkKind;
    if (rowOf(known).coalesced === true) this.#coalesced[known].add(key);
    else this.#queues[known].add(key);
  }

  /** Has everything tried again that failed while Kong was away. */
  #onKongReturn(): void {
    this.#queues.resync.add(everything);
    for (const kind of kinds) if (rowOf(kind).needsKong === true) this.#queues[kind].retryNow();
  }
}

function rowOf(kind: WorkKind): Work {
  return work[kind];
}

function forEachKind<T>(make: (kind: WorkKind) => T): { readonly [K in WorkKind]: T } {
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as { [K in WorkKind]: T };
}
