import type { RouteHost } from "@domain-claims/crds/hostname";
import { ActualState } from "../apply/kong/actual-state.ts";
import { publishProved } from "../apply/kong/publish-live.ts";
import { Proof } from "../apply/kong/proof.ts";
import { LastWrites } from "../apply/kong/last-writes.ts";
import { isContention } from "../kube/errors.ts";
import { DecisionLog } from "../operations/logging/decision-log.ts";
import { Coalescer } from "../queue/coalescer.ts";
import { EventLoop } from "../time/event-loop.ts";
import { WorkQueue } from "../queue/work-queue.ts";
import { Timers } from "../time/timers.ts";
import { TermState } from "../world/term-state.ts";
import type { FactKey } from "../world/keys.ts";
import type { Pieces } from "../world/pieces.ts";
import type { WorldEvent } from "../world/event.ts";
import type { World } from "../world/world.ts";
import type { Context } from "./context.ts";
import { inspect } from "./inspection.ts";
import type { Inspection } from "./inspection.ts";
import { everything } from "./kong-resync.ts";
import { newContext } from "./new-context.ts";
import { Readers } from "./readers.ts";
import type { ReconcilerOptions } from "./reconciler-options.ts";
import { work } from "./work.ts";
import type { WorkKind } from "./work.ts";
import { itemNamed } from "./work-item.ts";
import type { WorkItem } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/** Items that a change has done again before others may have their turn: all may have read the same. */
const piece = 500;

const kinds = Object.keys(work) as WorkKind[];

/** Milliseconds for which what may be left over waits at most until all hosts have been decided once. */
const longestFirstPassMs = 10_000;

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
  readonly #eventLoop: EventLoop;
  readonly #queues: { readonly [K in WorkKind]: WorkQueue };
  readonly #coalesced: { readonly [K in WorkKind]: Coalescer };
  readonly #abort = new AbortController();
  readonly #timers: Timers;
  readonly #proof: Proof;
  readonly #lastWrites: LastWrites;
  readonly #decisionLog: DecisionLog;
  readonly #unobserve: () => void;
  #unsubscribe: () => void = () => undefined;
  #begun = false;
  /** When all that is ours in Kong was looked at, by the monotonic clock. */
  #lookedAt: number | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#state = new TermState(options.world, (changed) => this.#onChange(changed), { countLater: true });
    this.#eventLoop = options.eventLoop ?? new EventLoop(options.clock);
    this.#queues = forEachKind((kind) => this.#queue(kind, work[kind]));
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
    this.#context = newContext(options, {
      actual,
      proof,
      kong: this.#lastWrites.noting(options.kong),
      decisionLog: this.#decisionLog,
      eventLoop: this.#eventLoop,
      state: this.#state,
      readers: this.#readers,
      enqueue: (item) => this.#enqueue(item),
    });
  }

  /**
   * Begins: whatever Kong has of ours is listed, then everything is decided once. Call it when every watch has synced. What
   * is decided waits until it is known what Kong has, or that it does not answer.
   */
  start(): void {
    this.#unsubscribe = this.#options.world.subscribe((event, changed) => this.#onEvent(event, changed.length > 0));
    void this.#eventLoop.inPieces(this.#state.countRecords()).then(() => {
      this.#queues.resync.add(everything);
      this.#queues.resync.start();
    });
    void this.#addEverything();
  }

  /** Has everything decided once. What comes meanwhile is told by events. */
  async #addEverything(): Promise<void> {
    for (const event of everythingIn(this.#options.world)) {
      const room = this.#eventLoop.yieldToEventLoop();
      if (room !== undefined) await room;
      if (this.#abort.signal.aborted) return;
      this.#onEvent(event);
    }
    for (const kind of kinds)
      for (const key of rowOf(kind).firstKeys?.(this.#context) ?? []) this.#queues[kind].add(key);
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
    /** How long ago all that is ours in Kong was looked at; undefined: not yet in this term. */
    readonly lookedAgoMs: number | undefined;
    /** The last writes to Kong, where it has taken none of them. */
    readonly untaken: LastWrites["untaken"];
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
      lookedAgoMs: this.#lookedAt === undefined ? undefined : this.#options.clock.monotonic() - this.#lookedAt,
      untaken: this.#lastWrites.untaken,
      proof: this.#proof,
    };
  }

  /** What is known of one host and decided about it at this moment; for people. */
  inspect(host: RouteHost): Inspection {
    return inspect(this.#context, this.#lastWrites, host);
  }

  #queue(kind: WorkKind, row: Work) {
    const { concurrency, concurrencyPerTenant, reconcile, tenantOf, urgent } = row;
    const { clock, log, observeQueue: observe, random } = this.#options;
    return new WorkQueue({
      ...{ name: kind, clock, eventLoop: this.#eventLoop, isContention, log, observe, random },
      ...{ concurrency, concurrencyPerGroup: concurrencyPerTenant },
      groupOf: (key) => tenantOf(this.#state, key),
      urgent: urgent && {
        is: (key) => urgent.is(this.#state, key),
        places: urgent.places,
        placesPerGroup: urgent.placesPerTenant,
      },
      work: async (key, run) => {
        try {
          const outcome = await reconcile(this.#context, key, run);
          if (kind === "resync") this.#lookedAt = clock.monotonic();
          return outcome;
        } finally {
          if (kind === "resync") this.#begin();
        }
      },
    });
  }

  /**
   * Lets decisions begin, once it is known what Kong has, or that it does not answer. What no host needs is known when all have
   * been decided once: before, an entity that was written just now would be taken for one that is left over.
   */
  #begin(): void {
    if (this.#begun || this.#abort.signal.aborted) return;
    this.#begun = true;
    const { certificate, service, ...others } = this.#queues;
    for (const queue of Object.values(others)) queue.start();
    const lookForLeftovers = (): void => {
      for (const queue of [certificate, service]) queue.start();
    };
    void others.host.whenIdle().then(lookForLeftovers);
    this.#timers.after(longestFirstPassMs, lookForLeftovers);
  }

  #onEvent(event: WorldEvent, changedFacts = true): void {
    for (const kind of kinds) for (const key of work[kind].keysFor(event, changedFacts)) this.#enqueue({ kind, key });
  }

  #onChange(changed: readonly FactKey[]): void {
    const items = this.#readers.of(changed);
    if (items.size > piece) void this.#eventLoop.inPieces(this.#enqueueAll(items), "urgent");
    else for (const item of items) this.#enqueue(itemNamed(item));
  }

  *#enqueueAll(items: ReadonlySet<string>): Pieces<void> {
    let enqueued = 0;
    for (const item of items) {
      if (++enqueued % piece === 0) yield;
      this.#enqueue(itemNamed(item));
    }
  }

  #enqueue({ kind, key }: WorkItem): void {
    const known = kind as WorkKind;
    if (rowOf(known).coalesced === true) this.#coalesced[known].add(key);
    else this.#queues[known].add(key);
  }

  /** Has everything tried again that failed while Kong was away. */
  #onKongReturn(): void {
    this.#queues.resync.add(everything);
    for (const kind of kinds)
      if (rowOf(kind).needsKong === true) void this.#eventLoop.inPieces(this.#queues[kind].retryNow(), "urgent");
  }
}

/** The events by which everything that there is might have come. */
function* everythingIn(world: World): Generator<WorldEvent> {
  for (const object of world.claims()) yield { type: "set", kind: "Domain", object };
  for (const object of world.records()) yield { type: "set", kind: "HostRecord", object };
  for (const object of world.sources()) yield { type: "set", kind: object.kind, object };
}

function rowOf(kind: WorkKind): Work {
  return work[kind];
}

function forEachKind<T>(make: (kind: WorkKind) => T): { readonly [K in WorkKind]: T } {
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as { [K in WorkKind]: T };
}
