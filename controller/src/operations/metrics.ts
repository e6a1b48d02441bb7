import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { systemClock } from "../time/clock.ts";
import type { Clock } from "../time/clock.ts";
import type { KongCall } from "../kong/client.ts";
import type { KubernetesCall } from "../kube/instrumented-transport.ts";
import type { WatchedKind } from "../world/types.ts";

/** What the process counts; the names are those of the methods' comments, all with the prefix `domain_claims_`. */
export interface Metrics {
  readonly registry: Registry;
  /** `decisions_total`: a claim's status was decided to be this. */
  readonly decided: (phase: "Pending" | "OK" | "Failed", reason: string) => void;
  /** `queue_depth`: keys that wait in a queue. */
  readonly queued: (queue: string, depth: number) => void;
  /** `queue_work_seconds`: a key's work has ended. */
  readonly worked: (queue: string, seconds: number, outcome: "done" | "failed") => void;
  /** `kong_request_seconds`: for the client's `observe`. */
  readonly kongCall: (call: KongCall) => void;
  /** `kubernetes_request_seconds`. */
  readonly kubernetesCall: (call: KubernetesCall) => void;
  /** `claims`: claims by phase; phases that are not named have none. */
  readonly claims: (byPhase: Readonly<Partial<Record<"Pending" | "OK" | "Failed", number>>>) => void;
  /** `hosts_held`: hosts with a holder. */
  readonly hostsHeld: (count: number) => void;
  /** `routes_live`: routes of ours in Kong. */
  readonly routesLive: (count: number) => void;
  /** `watch_last_activity_timestamp_seconds`: something was heard of a kind so many milliseconds ago. */
  readonly watchHeard: (kind: WatchedKind, agoMs: number) => void;
  /** `leader`: 1 while this process may write. */
  readonly leading: (leads: boolean) => void;
  /** `drift_hosts_total`: so many hosts were not in Kong as we left them, and are repaired. */
  readonly driftFound: (hosts: number) => void;
  /** `change_to_live_seconds`: from the event to Kong's answer to the last write that it caused. */
  readonly wentLive: (seconds: number) => void;
}

/** Settings of {@link createMetrics}. */
export interface MetricsOptions {
  readonly version: string;
  /** Day of the public suffix list (ISO 8601); `suffix_list_age_days` counts from it. */
  readonly suffixListDate: string;
  readonly clock?: Pick<Clock, "now">;
  /** Also gather memory, CPU and event loop of the process (prom-client's default metrics). */
  readonly process?: boolean;
}

/** Seconds: Kong and the API server answer in some milliseconds, and time out after 10 s or so. */
const callBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const liveBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const millisecondsPerDay = 86_400_000;

/** The metrics of the process, in a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { clock = systemClock } = options;
  const registry = new Registry();
  const named = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) => ({
    name: `domain_claims_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });

  const decisions = new Counter(named("decisions_total", "Decisions about claims", ["phase", "reason"]));
  const depth = new Gauge(named("queue_depth", "Keys that wait in a queue", ["queue"]));
  const work = new Histogram({
    ...named("queue_work_seconds", "Time that the work of a key took", ["queue", "outcome"]),
    buckets: callBuckets,
  });
  const kong = new Histogram({
    ...named("kong_request_seconds", "Time until Kong's Admin API answered", ["method", "collection", "outcome"]),
    buckets: callBuckets,
  });
  const kubernetes = new Histogram({
    ...named("kubernetes_request_seconds", "Time until the API server answered", ["verb", "resource", "outcome"]),
    buckets: callBuckets,
  });
  const claims = new Gauge(named("claims", "Claims by phase", ["phase"]));
  const held = new Gauge(named("hosts_held", "Hosts that a claim holds"));
  const routes = new Gauge(named("routes_live", "Routes of ours in Kong"));
  const heard = new Gauge(
    named("watch_last_activity_timestamp_seconds", "When a watch last heard something", ["kind"]),
  );
  const leader = new Gauge(named("leader", "1 while this process may write"));
  const drift = new Counter(named("drift_hosts_total", "Hosts that were not in Kong as we left them"));
  const live = new Histogram({
    ...named("change_to_live_seconds", "Time from a change in the cluster to the last write to Kong that it caused"),
    buckets: liveBuckets,
  });
  new Gauge({
    ...named("suffix_list_age_days", "Age of the public suffix list"),
    collect() {
      this.set((clock.now() - Date.parse(options.suffixListDate)) / millisecondsPerDay);
    },
  });
  new Gauge(named("build_info", "1; the version is the label", ["version"])).set({ version: options.version }, 1);
  if (options.process === true) collectDefaultMetrics({ register: registry });

  return {
    registry,
    decided: (phase, reason) => {
      decisions.inc({ phase, reason });
    },
    queued: (queue, waiting) => {
      depth.set({ queue }, waiting);
    },
    worked: (queue, seconds, outcome) => {
      work.observe({ queue, outcome }, seconds);
    },
    kongCall: ({ method, collection, seconds, outcome }) => {
      kong.observe({ method, collection, outcome }, seconds);
    },
    kubernetesCall: ({ verb, resource, seconds, outcome }) => {
      kubernetes.observe({ verb, resource, outcome }, seconds);
    },
    claims: (byPhase) => {
      for (const phase of ["Pending", "OK", "Failed"] as const) claims.set({ phase }, byPhase[phase] ?? 0);
    },
    hostsHeld: (count) => {
      held.set(count);
    },
    routesLive: (count) => {
      routes.set(count);
    },
    watchHeard: (kind, agoMs) => {
      heard.set({ kind }, (clock.now() - agoMs) / 1000);
    },
    leading: (leads) => {
      leader.set(leads ? 1 : 0);
    },
    driftFound: (hosts) => {
      drift.inc(hosts);
    },
    wentLive: (seconds) => {
      live.observe(seconds);
    },
  };
}
