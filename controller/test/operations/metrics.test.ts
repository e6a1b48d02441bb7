import { join } from "node:path";
import { format } from "prettier";
import { expect, test } from "vitest";
import { metricReference, metricTable, prefix } from "../../src/operations/metric-table.ts";
import { createMetrics } from "../../src/operations/metrics.ts";
import type { Sample } from "../../src/operations/metrics.ts";
import { alertReference } from "./alerts.ts";

const made = () => createMetrics({ version: "1.2.3", suffixListDate: "2026-11-15" });

const sample: Sample = {
  statuses: [
    { phase: "OK", reason: "Held", claims: 7 },
    { phase: "Failed", reason: "AlreadyClaimed", claims: 1 },
  ],
  hostsHeld: 7,
  unserved: [{ reason: "ServiceNotFound", hosts: 2 }],
  queues: { claim: { depth: 4, retrying: 2, oldestMs: 1500 } },
  routesLive: 9,
  certificatesLive: 4,
  certificatesNotShown: 2,
  firstExpiryMs: 1_800_000_000_000,
  certificateNames: { wanted: 12, issued: 11, quarantined: 1, outOfBudget: 2, full: 1 },
  orderBudgetLeft: 280,
  kongReachable: true,
  gatewayBehindMs: 3000,
  complete: [{ kind: "Domain", atMs: Date.UTC(2026, 10, 21) }],
  longestTurn: { ms: 40, cpuMs: 30 },
};

async function linesOf(metrics: ReturnType<typeof made>): Promise<readonly string[]> {
  return (await metrics.registry.metrics()).split("\n");
}

test("everything that happens, and how things stand, is shown under its labels", async () => {
  const metrics = made();
  metrics.decided("Failed", "AlreadyClaimed");
  metrics.decided("Failed", "AlreadyClaimed");
  metrics.worked("claim", 0.02, "failed");
  metrics.worked("claim", 0.02, "requeued");
  metrics.kongCall({ method: "POST", collection: "routes", seconds: 0.3, outcome: "nameTaken" });
  metrics.kubernetesCall({ verb: "patch", resource: "domains", seconds: 0.004, outcome: "ok" });
  metrics.leading(true);
  metrics.driftFound(1);
  metrics.ordered("renewalFailed");
  metrics.requestDecided("Denied", "HostNotHeld");
  metrics.wentLive(0.04);
  metrics.sample(sample);
  const lines = await linesOf(metrics);
  for (const line of [
    'decisions_total{phase="Failed",reason="AlreadyClaimed"} 2',
    'queue_work_duration_seconds_bucket{le="0.025",queue="claim",outcome="failed"} 1',
    'queue_work_duration_seconds_count{queue="claim",outcome="requeued"} 1',
    'kong_request_duration_seconds_count{method="POST",collection="routes",outcome="nameTaken"} 1',
    'kubernetes_request_duration_seconds_sum{verb="patch",resource="domains",outcome="ok"} 0.004',
    "leader 1",
    "drift_hosts_total 1",
    'change_to_live_seconds_bucket{le="0.05"} 1',
    'status{phase="OK",reason="Held"} 7',
    'status{phase="Failed",reason="AlreadyClaimed"} 1',
    "hosts_held 7",
    'hosts_unserved{reason="ServiceNotFound"} 2',
    'queue_depth{queue="claim"} 4',
    'queue_retrying{queue="claim"} 2',
    'queue_oldest_item_age_seconds{queue="claim"} 1.5',
    "routes_live 9",
    'certificate_orders_total{result="renewalFailed"} 1',
    'certificate_requests_total{decision="Denied",reason="HostNotHeld"} 1',
    'certificate_names{state="quarantined"} 1',
    "certificate_groups_out_of_budget 2",
    "certificate_groups_full 1",
    "certificate_order_budget_left 280",
    "certificate_first_expiry_timestamp_seconds 1800000000",
    "kong_reachable 1",
    `watch_last_complete_timestamp_seconds{kind="Domain"} ${Date.UTC(2026, 10, 21) / 1000}`,
    "event_loop_longest_turn_seconds 0.04",
    "event_loop_longest_turn_cpu_seconds 0.03",
    `suffix_list_timestamp_seconds ${Date.UTC(2026, 10, 15) / 1000}`,
    'build_info{version="1.2.3"} 1',
  ]) {
    expect(lines).toContain(`domain_claims_${line}`);
  }
});

test("what was and is no more is not shown: a status that no claim has, the queues of a term that is over", async () => {
  const metrics = made();
  metrics.sample(sample);
  metrics.sample({ ...sample, statuses: [], unserved: [], queues: {}, kongReachable: false });
  const text = (await linesOf(metrics)).join("\n");
  expect(text).not.toMatch(/^domain_claims_(status|hosts_unserved|queue_\w+)\{/m);
  expect(text).toContain("domain_claims_kong_reachable 0");
});

test("where Node does not tell what a turn took of the processor, no number is shown for it", async () => {
  const metrics = made();
  metrics.sample({ ...sample, longestTurn: { ms: 40, cpuMs: undefined } });
  const text = (await linesOf(metrics)).join("\n");
  expect(text).not.toMatch(/^domain_claims_event_loop_longest_turn_cpu_seconds/m);
  expect(text).toContain("domain_claims_event_loop_longest_turn_seconds 0.04");
});

test("every metric of the table is there, and no other of ours", async () => {
  const shown = (await linesOf(made())).flatMap((line) => /^# TYPE (\S+) (\S+)$/.exec(line)?.slice(1) ?? []);
  const table = Object.entries(metricTable).flatMap(([name, { type }]) => [prefix + name, type]);
  expect(shown.sort()).toEqual(table.sort());
});

test("what becomes of orders is counted from 0, so that Prometheus sees the first one", async () => {
  const lines = await linesOf(made());
  for (const result of ["ordered", "issued", "failed", "renewed", "renewalFailed"])
    expect(lines).toContain(`domain_claims_certificate_orders_total{result="${result}"} 0`);
});

test("two sets of metrics don't know of each other", async () => {
  const [one, other] = [made(), made()];
  one.sample(sample);
  expect(await linesOf(other)).toContain("domain_claims_hosts_held 0");
});

test("the process itself is measured where that is wanted", async () => {
  const metrics = createMetrics({ version: "1", suffixListDate: "2026-11-15", process: true });
  const shown = await metrics.registry.metrics();
  expect(shown).toContain("process_resident_memory_bytes");
  // By Prometheus' conventions, only a counter is named so.
  for (const [, name] of shown.matchAll(/^# TYPE (\S+) gauge$/gm)) expect(name).not.toMatch(/_total$/);
});

// Writes it anew: npx vitest run --project unit operations/metrics --update
test("docs/metrics.md lists the metrics that there are", async () => {
  const page = await format(`${introduction}\n\n${metricReference()}\n${ending}\n\n${alertReference()}\n`, {
    parser: "markdown",
    printWidth: 120,
  });
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, "../../../docs/metrics.md"));
});

const introduction = `# Metrics of the controller

\`/metrics\` at the address of \`--health-address\` shows them in Prometheus' text format. Whoever reaches the address can read
them: they hold numbers, names of queues, kinds and reasons, and no name of a tenant or a host. What only the leader knows
(queues, routes) is shown by the leader alone. A scrape costs the same with few claims and with many.`;

const ending = `
The metrics \`process_*\` and \`nodejs_*\` (memory, CPU, garbage collection, event loop) come with prom-client.

## What to watch

The Helm chart brings these alerts (\`metrics.alerts.create\`) and a dashboard for Grafana (\`metrics.dashboard.create\`):
\`charts/domain-claims/files\`.`;
