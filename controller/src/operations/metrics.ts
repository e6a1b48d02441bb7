import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { KongCall } from "../kong/client.ts";
import type { KubernetesCall } from "../kube/instrumented-transport.ts";
import { orderResults } from "../world/certificate-group.ts";
import type { OrderResult } from "../world/certificate-group.ts";
import type { CertificateGroups } from "../world/certificate-groups.ts";
import type { ClaimStatus } from "../world/claim-status.ts";
import type { WatchedKind } from "../world/event.ts";
import type { Turn } from "./longest-turn.ts";
import { metricTable, prefix } from "./metric-table.ts";
import type { MetricName } from "./metric-table.ts";

/** What the process counts as it happens, and what it is asked for with every scrape. */
export interface Metrics {
  readonly registry: Registry;
  /** A claim's status was decided to be this. */
  readonly decided: (phase: ClaimStatus["phase"], reason: string) => void;
  /** A key's work has ended. */
  readonly worked: (queue: string, seconds: number, outcome: "done" | "requeued" | "failed") => void;
  /** For the client's `observe`. */
  readonly kongCall: (call: KongCall) => void;
  readonly kubernetesCall: (call: KubernetesCall) => void;
  readonly leading: (leads: boolean) => void;
  /** So many hosts were not in Kong as we left them, and are repaired. */
  readonly driftFound: (hosts: number) => void;
  /** A claim was too large to be written. */
  readonly statusWriteRefused: () => void;
  /** So many hosts of routes of others in Kong are not remembered. */
  readonly foreignForgotten: (hosts: number) => void;
  /** A certificate was ordered, or something has become of an order. */
  readonly ordered: (result: "ordered" | OrderResult) => void;
  /** A CertificateRequest was approved or denied, for a reason. */
  readonly requestDecided: (decision: "Approved" | "Denied", reason: string) => void;
  /** From the event to Kong's answer to the last write that it caused. */
  readonly wentLive: (seconds: number) => void;
  /** How things stand at this moment; what is not in it is no more. */
  readonly sample: (sample: Sample) => void;
}

/** How things stand at one moment. */
export interface Sample {
  readonly statuses: Iterable<{ readonly phase: string; readonly reason: string; readonly claims: number }>;
  readonly hostsHeld: number;
  readonly unserved: Iterable<{ readonly reason: string; readonly hosts: number }>;
  readonly queues: Readonly<Record<string, QueueState>>;
  readonly routesLive: number;
  readonly certificatesLive: number;
  readonly certificatesNotShown: number;
  /** In milliseconds since the epoch; undefined where there is no certificate. */
  readonly firstExpiryMs: number | undefined;
  readonly certificateNames: CertificateGroups["totals"];
  /** Orders that the whole cluster may make now; Infinity where none are made. */
  readonly orderBudgetLeft: number;
  readonly kongReachable: boolean;
  /** Milliseconds for which the gateway has not shown what was written. */
  readonly gatewayBehindMs: number;
  /** When what is known of each kind was last known to be all of it, in milliseconds since the epoch. */
  readonly complete: Iterable<{ readonly kind: WatchedKind; readonly atMs: number }>;
  readonly longestTurn: Turn;
}

/** How much a queue has to do. */
export interface QueueState {
  /** Keys that wait for a worker. */
  readonly depth: number;
  /** Keys that wait for their next try. */
  readonly retrying: number;
  /** For how long the first of those that wait for a worker has waited; 0 where none does. */
  readonly oldestMs: number;
}

/** Settings of {@link createMetrics}. */
export interface MetricsOptions {
  readonly version: string;
  /** Day of the public suffix list (ISO 8601). */
  readonly suffixListDate: string;
  /** Also gather memory, CPU and event loop of the process (prom-client's default metrics). */
  readonly process?: boolean;
}

/** Seconds: Kong and the API server answer in some milliseconds, and time out after 10 s or so. */
const callBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const liveBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Gauges of prom-client that are named as counters are; each is the sum of one that is not. */
const unconventional = ["handles", "requests", "resources"].map((what) => `nodejs_active_${what}_total`);

/** The metrics of the process, in a registry of their own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const named = (name: MetricName) => {
    const { help, labels } = metricTable[name];
    return { name: prefix + name, help, labelNames: [...labels], registers: [registry] };
  };
  const decisions = new Counter(named("decisions_total"));
  const refused = new Counter(named("status_writes_refused_total"));
  const drift = new Counter(named("drift_hosts_total"));
  const orders = new Counter(named("certificate_orders_total"));
  // Prometheus sees no increase in a series that begins at 1: the first failure would alarm nobody.
  for (const result of ["ordered", ...orderResults]) orders.inc({ result }, 0);
  const requests = new Counter(named("certificate_requests_total"));
  const work = new Histogram({ ...named("queue_work_duration_seconds"), buckets: callBuckets });
  const kong = new Histogram({ ...named("kong_request_duration_seconds"), buckets: callBuckets });
  const kubernetes = new Histogram({ ...named("kubernetes_request_duration_seconds"), buckets: callBuckets });
  const live = new Histogram({ ...named("change_to_live_seconds"), buckets: liveBuckets });
  const forgotten = new Gauge(named("foreign_hosts_forgotten"));
  const leader = new Gauge(named("leader"));
  new Gauge(named("suffix_list_timestamp_seconds")).set(Date.parse(options.suffixListDate) / 1000);
  new Gauge(named("build_info")).set({ version: options.version }, 1);
  if (options.process === true) {
    collectDefaultMetrics({ register: registry });
    for (const name of unconventional) registry.removeSingleMetric(name);
  }

  return {
    registry,
    decided: (phase, reason) => {
      decisions.inc({ phase, reason });
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
    leading: (leads) => {
      leader.set(leads ? 1 : 0);
    },
    driftFound: (hosts) => {
      drift.inc(hosts);
    },
    statusWriteRefused: () => {
      refused.inc();
    },
    ordered: (result) => {
      orders.inc({ result });
    },
    requestDecided: (decision, reason) => {
      requests.inc({ decision, reason });
    },
    foreignForgotten: (hosts) => {
      forgotten.set(hosts);
    },
    wentLive: (seconds) => {
      live.observe(seconds);
    },
    sample: sampler(named),
  };
}

function sampler(named: (name: MetricName) => ConstructorParameters<typeof Gauge>[0]): (sample: Sample) => void {
  const status = new Gauge(named("status"));
  const held = new Gauge(named("hosts_held"));
  const unserved = new Gauge(named("hosts_unserved"));
  const depth = new Gauge(named("queue_depth"));
  const retrying = new Gauge(named("queue_retrying"));
  const oldest = new Gauge(named("queue_oldest_item_age_seconds"));
  const routes = new Gauge(named("routes_live"));
  const certificates = new Gauge(named("certificates_live"));
  const notShown = new Gauge(named("certificates_not_shown"));
  const firstExpiry = new Gauge(named("certificate_first_expiry_timestamp_seconds"));
  const names = new Gauge(named("certificate_names"));
  const outOfBudget = new Gauge(named("certificate_groups_out_of_budget"));
  const full = new Gauge(named("certificate_groups_full"));
  const budget = new Gauge(named("certificate_order_budget_left"));
  const reachable = new Gauge(named("kong_reachable"));
  const behind = new Gauge(named("gateway_behind_seconds"));
  const complete = new Gauge(named("watch_last_complete_timestamp_seconds"));
  const longestTurn = new Gauge(named("event_loop_longest_turn_seconds"));
  const longestTurnCpu = new Gauge(named("event_loop_longest_turn_cpu_seconds"));
  return (sample) => {
    for (const gauge of [status, unserved, depth, retrying, oldest]) gauge.reset();
    for (const { phase, reason, claims } of sample.statuses) status.set({ phase, reason }, claims);
    for (const { reason, hosts } of sample.unserved) unserved.set({ reason }, hosts);
    for (const [queue, state] of Object.entries(sample.queues)) {
      depth.set({ queue }, state.depth);
      retrying.set({ queue }, state.retrying);
      oldest.set({ queue }, state.oldestMs / 1000);
    }
    for (const { kind, atMs } of sample.complete) complete.set({ kind }, atMs / 1000);
    held.set(sample.hostsHeld);
    routes.set(sample.routesLive);
    certificates.set(sample.certificatesLive);
    notShown.set(sample.certificatesNotShown);
    firstExpiry.set((sample.firstExpiryMs ?? Infinity) / 1000);
    const { full: fullGroups, outOfBudget: groups, ...states } = sample.certificateNames;
    for (const [state, count] of Object.entries(states)) names.set({ state }, count);
    outOfBudget.set(groups);
    full.set(fullGroups);
    budget.set(sample.orderBudgetLeft);
    reachable.set(sample.kongReachable ? 1 : 0);
    behind.set(sample.gatewayBehindMs / 1000);
    const { ms, cpuMs } = sample.longestTurn;
    longestTurn.set(ms / 1000);
    if (cpuMs === undefined) longestTurnCpu.remove();
    else longestTurnCpu.set(cpuMs / 1000);
  };
}
