import type { Host } from "@domain-claims/crds/hostname";
import { reconcileClaim } from "./claim.ts";
import { DecisionLog } from "./decision-log.ts";
import { itemsFor } from "./items-for.ts";
import type { Context } from "../apply/context.ts";
import { DesiredState } from "../apply/kong/desired-state.ts";
import { resync } from "../apply/kong/resync.ts";
import { reconcileHost } from "./host.ts";
import { reconcileIngress } from "./ingress.ts";
import { KeyedMutex } from "../queue/keyed-mutex.ts";
import { ActualState } from "../apply/kong/actual-state.ts";
import { reconcileReleased, expireReleased } from "./released.ts";
import { Remembered } from "../apply/kube/remembered.ts";
import { reviewService } from "../apply/kong/service.ts";
import { splitUnit, units } from "./work-item.ts";
import type { UnitKind } from "./work-item.ts";
import { tenantOf } from "./tenant-of.ts";
import { isContention } from "../kube/errors.ts";
import { Written } from "../apply/kube/newest.ts";
import { Readers } from "./readers.ts";
import type { Settings } from "../decide/settings.ts";
import { requireSupportedKong } from "../kong/client.ts";
import { Coalescer } from "../queue/coalescer.ts";
import { WorkQueue } from "../queue/work-queue.ts";
import type { WorkQueueOptions } from "../queue/work-queue.ts";
import type { ReconcilerOptions } from "./options.ts";
import { Timers } from "../time/timers.ts";
import { EventLoop } from "../queue/event-loop.ts";
import { catchAll } from "../world/source-hosts.ts";
import type { FactKey } from "../world/keys.ts";
import type { WorldEvent } from "../world/types.ts";

const hour = 3_600_000;

/**
 * One term of leadership: takes what the watches have shown and brings the register, the statuses and Kong in line with it,
 * until it is stopped. Events and answers make work at once; there is no timer between a change and Kong.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #context: Context;
  readonly #readers = new Readers();
  readonly #queues: { readonly [K in UnitKind]: WorkQueue };
  readonly #services: WorkQueue;
  readonly #resyncs: WorkQueue;
  readonly #abort = new AbortController();
  readonly #timers: Timers;
  readonly #waitingSince = new Map<string, number>();
  /** An Ingress may name thousands of hosts: it is told once what has happened to them in one turn. */
  readonly #ingresses = new Coalescer((key) => this.#queues.ingress.add(key));
  readonly #decisionLog: DecisionLog;
  readonly #unobserve: () => void;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#decisionLog = new DecisionLog(options.log, this.#timers);
    const eventLoop = new EventLoop(options.clock);
    const queue = (
      name: string,
      concurrency: number,
      work: WorkQueueOptions["work"],
      groups: Pick<WorkQueueOptions, "groupOf" | "concurrencyPerGroup"> = {},
    ): WorkQueue =>
      new WorkQueue({
        name,
        concurrency,
        clock: options.clock,
        random: options.random,
        log: options.log,
        observe: options.observeQueue,
        isContention,
        eventLoop,
        work,
        ...groups,
      });
    const byTenant = (kind: UnitKind) => ({ groupOf: (key: string) => tenantOf(options.world, kind, key) });
    // A host with thousands of paths is at work for long: one tenant's leave places for the others'.
    const hosts = { ...byTenant("host"), concurrencyPerGroup: 16 };
    this.#queues = {
      claim: queue("claim", 16, (key) => reconcileClaim(this.#context, key), byTenant("claim")),
      host: queue("host", 64, (key, ...ending) => this.#reconcileHost(key as Host, ...ending), hosts),
      ingress: queue("ingress", 8, (key) => reconcileIngress(this.#context, key), byTenant("ingress")),
      released: queue("released", 2, (key) => reconcileReleased(this.#context, key)),
    };
    this.#services = queue("service", 8, (key, signal) => reviewService(this.#context, key, signal));
    this.#resyncs = queue("resync", 1, (_key, signal) => this.#resync(signal));
    this.#unobserve = options.availability.observe((away) => {
      if (!away) this.#onReturn();
    });
    this.#context = {
      ...options,
      decisionLog: this.#decisionLog,
      readers: this.#readers,
      actual: new ActualState(),
      desired: new DesiredState(),
      serviceMutex: new KeyedMutex(),
      writtenClaims: new Written(),
      writtenIngresses: new Written(),
      toldIngresses: new Remembered(),
      changed: (keys) => this.changed(keys),
      decided: (phase, reason) => options.observeDecision?.(phase, reason),
      reviewService: (id) => this.#services.add(id),
      kongAway: () => options.availability.suspect(),
    };
  }

  /** Begins: everything is decided once, and whatever Kong has of ours is listed. Call it when every watch has synced. */
  start(): void {
    const { world } = this.#options;
    world.forgetKong();
    this.#resyncs.add("list");
    this.#resyncs.start();
    for (const object of world.claims()) this.#addConcerned({ type: "set", kind: "Domain", object });
    for (const object of world.records()) this.#addConcerned({ type: "set", kind: "HostRecord", object });
    for (const object of world.ingresses()) this.#addConcerned({ type: "set", kind: "Ingress", object });
    for (const host of [catchAll, ...reservedHosts(this.#options.settings)]) this.#queues.host.add(host);
    const expire = (): void => void expireReleased(this.#context);
    this.#timers.after(0, expire);
    this.#timers.every(Math.min(hour, this.#options.limits.retentionMs), expire);
    if (this.#options.resyncMs > 0) this.#timers.every(this.#options.resyncMs, () => void this.#resyncs.add("list"));
  }

  /** Lets decisions begin, once it is known what Kong has, or that it does not answer. */
  #begin(): void {
    if (this.#abort.signal.aborted) return;
    for (const queue of this.#allQueues()) queue.start();
  }

  /** Ends at once: nothing more is written to Kong or to the API server. Resolves when what was running has ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#unobserve();
    this.#timers.cancel();
    await Promise.all(this.#allQueues().map((queue) => queue.stop({ abort: true })));
    this.#decisionLog.flush();
  }

  /** Takes note of an event that the world has taken in already, with the facts that it changed. */
  onEvent(event: WorldEvent, keys: readonly FactKey[]): void {
    this.#addConcerned(event, keys.length > 0);
    this.changed(keys);
  }

  /** Has everything decided again that read one of the facts. */
  changed(keys: readonly FactKey[]): void {
    for (const unit of this.#readers.of(keys)) this.#addUnit(unit);
  }

  /** How much there is to do, by queue; what Kong has of ours, and whether that is known. */
  health(): {
    readonly queues: Readonly<Record<string, Pick<WorkQueue, "depth" | "retrying" | "oldestMs">>>;
    readonly routes: number;
    readonly kongKnown: boolean;
  } {
    return {
      queues: { ...this.#queues, service: this.#services, resync: this.#resyncs },
      routes: this.#context.actual.count("routes"),
      kongKnown: this.#options.world.kong.synced,
    };
  }

  #addConcerned(event: WorldEvent, changedFacts = true): void {
    for (const [kind, key] of itemsFor(event, changedFacts)) this.#add(kind, key);
  }

  #addUnit(unit: string): void {
    const { kind, key } = splitUnit(unit);
    this.#add(kind, key);
  }

  #add(kind: UnitKind, key: string): void {
    if (kind === "host" && !this.#waitingSince.has(key)) this.#waitingSince.set(key, this.#options.clock.monotonic());
    if (kind === "ingress") this.#ingresses.add(key);
    else this.#queues[kind].add(key);
  }

  async #reconcileHost(host: Host, signal: AbortSignal, askedAgain: () => boolean): Promise<void> {
    const { clock, observeLive } = this.#options;
    const since = this.#waitingSince.get(host);
    this.#waitingSince.delete(host);
    const before = this.#context.actual.writes;
    // What the work changes itself has it run once more when it has succeeded; if it fails, its back-off comes first.
    const unit = units.host(host);
    let changedItself = false;
    const changed = (keys: readonly FactKey[]): void => {
      const readers = this.#readers.of(keys);
      changedItself ||= readers.has(unit);
      for (const reader of readers) if (reader !== unit) this.#addUnit(reader);
    };
    await reconcileHost({ ...this.#context, changed }, host, { signal, askedAgain });
    if (changedItself) this.#add("host", host);
    if (since !== undefined && this.#context.actual.writes !== before)
      observeLive?.((clock.monotonic() - since) / 1000);
  }

  /** Lists what Kong has of ours; at first, and whenever drift may be there. */
  async #resync(signal: AbortSignal): Promise<void> {
    const { world, kong, log, observeDrift } = this.#options;
    const first = !world.kong.synced;
    try {
      const info = await kong.info(signal);
      const { problem } = requireSupportedKong(info);
      if (problem !== undefined) {
        this.#options.onUnsupportedKong(problem);
        return;
      }
      const { hosts, services } = await resync(this.#context, signal);
      this.changed(world.setKong({ synced: true, preFunction: info.preFunction }));
      if (first) {
        log.info({ routes: this.#context.actual.count("routes") }, "Kong's entities are known");
        this.#timers.after(this.#options.kongTimeoutMs, () => {
          this.#resyncs.add("list");
        });
      }
      if (!first && hosts.size + services.size > 0) {
        log.warn({ hosts: hosts.size, services: services.size }, "Kong differs from what was written; repairing");
        observeDrift?.(hosts.size);
      }
      for (const host of hosts) this.#queues.host.add(host);
      for (const service of services) this.#services.add(service);
    } catch (error) {
      this.#options.availability.suspect();
      throw error;
    } finally {
      this.#begin();
    }
  }

  /** Has everything tried again that failed while Kong was away. */
  #onReturn(): void {
    this.#resyncs.add("list");
    for (const queue of [this.#queues.host, this.#services]) queue.retryNow();
  }

  #allQueues(): readonly WorkQueue[] {
    return [...Object.values(this.#queues), this.#services, this.#resyncs];
  }
}

/** The names on the administrator's list that are hosts themselves. */
function reservedHosts(settings: Settings): readonly Host[] {
  return settings.reservedNames.filter((name) => !name.includes("*") && name.includes(".")).map((name) => name as Host);
}
