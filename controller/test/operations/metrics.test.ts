import { expect, test } from "vitest";
import { createMetrics } from "../../src/operations/metrics.ts";

const clock = { now: () => Date.UTC(2026, 10, 21) };
const made = () => createMetrics({ version: "1.2.3", suffixListDate: "2026-11-15", clock });

test("everything that happens is counted under its labels", async () => {
  const metrics = made();
  metrics.decided("Failed", "AlreadyClaimed");
  metrics.decided("Failed", "AlreadyClaimed");
  metrics.queued("claims", 4);
  metrics.worked("claims", 0.02, "failed");
  metrics.kongCall({ method: "POST", collection: "routes", seconds: 0.3, outcome: "nameTaken" });
  metrics.kubernetesCall({ verb: "patch", resource: "domains", seconds: 0.004, outcome: "ok" });
  metrics.claims({ OK: 7, Failed: 1 });
  metrics.hostsHeld(7);
  metrics.routesLive(9);
  metrics.watchHeard("Domain", 0);
  metrics.leading(true);
  metrics.driftFound(1);
  metrics.wentLive(0.04);
  const text = await metrics.registry.metrics();
  for (const line of [
    'decisions_total{phase="Failed",reason="AlreadyClaimed"} 2',
    'queue_depth{queue="claims"} 4',
    'queue_work_seconds_bucket{le="0.025",queue="claims",outcome="failed"} 1',
    'kong_request_seconds_count{method="POST",collection="routes",outcome="nameTaken"} 1',
    'kubernetes_request_seconds_sum{verb="patch",resource="domains",outcome="ok"} 0.004',
    'claims{phase="Pending"} 0',
    'claims{phase="OK"} 7',
    "hosts_held 7",
    "routes_live 9",
    `watch_last_activity_timestamp_seconds{kind="Domain"} ${clock.now() / 1000}`,
    "leader 1",
    "drift_hosts_total 1",
    'change_to_live_seconds_bucket{le="0.05"} 1',
    "suffix_list_age_days 6",
    'build_info{version="1.2.3"} 1',
  ]) {
    expect(text.split("\n")).toContain(`domain_claims_${line}`);
  }
});

test("two sets of metrics don't know of each other", async () => {
  const [one, other] = [made(), made()];
  one.hostsHeld(3);
  expect(await other.registry.metrics()).toContain("domain_claims_hosts_held 0");
});

test("the process itself is measured where that is wanted", async () => {
  const metrics = createMetrics({ version: "1", suffixListDate: "2026-11-15", clock, process: true });
  expect(await metrics.registry.metrics()).toContain("process_resident_memory_bytes");
});
