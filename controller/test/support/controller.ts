import type { RecordLimits } from "../../src/reconcile/context.ts";
import type { Settings } from "../../src/decide/settings.ts";
import type { KubeEvent } from "../../src/kube/event-object.ts";
import type { Kong } from "../../src/kong/client.ts";
import { KongAvailability } from "../../src/kong/availability.ts";
import { Reconciler } from "../../src/reconcile/reconciler.ts";
import type { ReconcilerOptions } from "../../src/reconcile/reconciler-options.ts";
import { defaultLimits } from "../../src/world/limits.ts";
import type { ClaimLimits } from "../../src/world/limits.ts";
import { World } from "../../src/world/world.ts";
import { settings as defaults } from "./builders.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { FakeKong } from "./fake-kong.ts";

/** A controller over a cluster and a Kong in memory. */
export interface Running {
  readonly cluster: FakeCluster;
  readonly kong: FakeKong;
  readonly clock: FakeClock;
  readonly events: readonly KubeEvent[];
  /** Waits until nothing is left to do. */
  readonly settled: () => Promise<void>;
  readonly inspect: Reconciler["inspect"];
  readonly health: Reconciler["health"];
  /** What has been written to Kong and to the cluster since the last call. */
  readonly writes: () => readonly string[];
  readonly stop: () => Promise<void>;
  /** Ends as a killed process does: from now on not one of its calls has an effect. */
  readonly crash: () => void;
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Starts a controller on what the cluster and Kong have already. */
export function run(
  options: {
    readonly cluster?: FakeCluster;
    readonly kong?: FakeKong;
    /** What stands between the controller and its Kong. */
    readonly throughKong?: (kong: Kong) => Kong;
    readonly settings?: Partial<Settings>;
    readonly clock?: FakeClock;
    readonly limits?: Partial<RecordLimits>;
    readonly proverFor?: ReconcilerOptions["proverFor"];
    readonly httpsProxies?: ReconcilerOptions["httpsProxies"];
    readonly claimLimits?: Partial<ClaimLimits>;
    readonly orders?: ReconcilerOptions["orders"];
    readonly log?: ReconcilerOptions["log"];
    readonly observeQueue?: ReconcilerOptions["observeQueue"];
    readonly observeOrder?: ReconcilerOptions["observeOrder"];
    /** False: what is told in events is not kept. */
    readonly keepsEvents?: boolean;
  } = {},
): Running {
  const cluster = options.cluster ?? new FakeCluster();
  const kong = options.kong ?? new FakeKong();
  const clock = options.clock ?? new FakeClock();
  const world = new World({ ...defaultLimits, ...options.claimLimits }, { orders: options.orders !== undefined });
  const events: KubeEvent[] = [];
  let alive = true;
  const { keepsEvents = true, throughKong = (whole) => whole } = options;
  const toKong = whileAlive(throughKong(kong), () => alive);
  const availability = new KongAvailability({ kong: toKong, clock, log: silent });
  const term = new Reconciler({
    world,
    settings: { ...defaults, issuer: options.orders?.issuer, ...options.settings },
    kube: whileAlive(cluster.api(), () => alive),
    kong: toKong,
    availability,
    events: {
      record: (event) => void (keepsEvents && events.push(event)),
      stop: async () => undefined,
      dropped: () => 0,
    },
    clock,
    random: () => 0.5,
    log: options.log ?? silent,
    limits: { retentionMs: 90 * 24 * 3_600_000, releasedPerNamespace: 50, ...options.limits },
    orders: options.orders,
    addresses: () => [{ ip: "192.0.2.1" }],
    ...(options.observeQueue === undefined ? {} : { observeQueue: options.observeQueue }),
    ...(options.observeOrder === undefined ? {} : { observeOrder: options.observeOrder }),
    httpsProxies: options.httpsProxies,
    resyncMs: 60_000,
    proverFor: options.proverFor ?? (() => undefined),
    foreignHosts: true,
    kongTimeoutMs: 10_000,
    onUnusableKong: (problem) => {
      throw new Error(problem);
    },
  });
  for (const event of cluster.snapshot()) world.apply(event);
  const unwatch = cluster.watch((event) => world.apply(event));
  term.start();
  let seenKong = kong.writes.length;
  let seenCluster = cluster.writes.length;
  return {
    cluster,
    kong,
    clock,
    events,
    settled: settle,
    inspect: (host) => term.inspect(host),
    health: () => term.health(),
    writes: () => {
      const fresh = [...kong.writes.slice(seenKong), ...cluster.writes.slice(seenCluster)];
      seenKong = kong.writes.length;
      seenCluster = cluster.writes.length;
      return fresh;
    },
    stop: async () => {
      unwatch();
      availability.stop();
      await term.stop();
    },
    crash: () => {
      alive = false;
      unwatch();
      availability.stop();
      void term.stop();
    },
  };
}

/** The calls of a process, which have no effect once it is dead. */
function whileAlive<T extends object>(calls: T, alive: () => boolean): T {
  return new Proxy(calls, {
    get: (target, name) => {
      const call = Reflect.get(target, name, target) as unknown;
      if (typeof call !== "function") return call;
      return (...args: readonly unknown[]) => {
        if (alive()) return (call as (...args: readonly unknown[]) => unknown).apply(target, [...args]);
        const dead = new Error("the process is dead");
        if (name === "list" || name === "foreignRoutes") throw dead;
        return Promise.reject(dead);
      };
    },
  });
}

function nothing(): void {
  return;
}
