/** One metric of the controller. */
export interface MetricRow {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

/** What every name starts with. */
export const prefix = "domain_claims_";

/** Every metric of the controller's own by its name, without the prefix. Times are in seconds. */
export const metricTable = {
  status: { type: "gauge", help: "Claims by phase and reason of their status", labels: ["phase", "reason"] },
  hosts_held: { type: "gauge", help: "Hosts that a claim holds", labels: [] },
  hosts_unserved: {
    type: "gauge",
    help: "Hosts that a claim holds and of which something that is asked for is not served, by the reason of the condition Ready",
    labels: ["reason"],
  },
  decisions_total: {
    type: "counter",
    help: "Claims that were decided otherwise than before, by what they became",
    labels: ["phase", "reason"],
  },
  status_writes_refused_total: {
    type: "counter",
    help: "Writes into a claim, of its status or our finalizer, that were refused since the claim is too large",
    labels: [],
  },
  leader: {
    type: "gauge",
    help: "1 while this process leads and decides: it alone may write, and knows what the leader before it has written; else 0",
    labels: [],
  },
  change_to_live_seconds: {
    type: "histogram",
    help: "Time from a change in the cluster to the last write to Kong that it caused",
    labels: [],
  },
  queue_depth: { type: "gauge", help: "Keys that wait for a worker", labels: ["queue"] },
  queue_retrying: { type: "gauge", help: "Keys that failed and wait for their next try", labels: ["queue"] },
  queue_oldest_item_age_seconds: {
    type: "gauge",
    help: "How long the key that has waited longest has waited for a worker; 0 where none waits",
    labels: ["queue"],
  },
  queue_work_duration_seconds: {
    type: "histogram",
    help: "Time that the work of a key took. Outcome: done; requeued, where somebody else was faster; failed",
    labels: ["queue", "outcome"],
  },
  kong_reachable: {
    type: "gauge",
    help: "1 while Kong's Admin API answers and reaches its database; else 0",
    labels: [],
  },
  gateway_behind_seconds: {
    type: "gauge",
    help: "For how long the gateway has not shown that what Kong acknowledged is in effect; hosts change hands, and claims are Live, only then",
    labels: [],
  },
  kong_request_duration_seconds: {
    type: "histogram",
    help: "Time until Kong's Admin API answered",
    labels: ["method", "collection", "outcome"],
  },
  routes_live: { type: "gauge", help: "Routes of ours in Kong, as the leader knows them", labels: [] },
  certificates_live: { type: "gauge", help: "Certificates of ours in Kong, as the leader knows them", labels: [] },
  certificates_not_shown: {
    type: "gauge",
    help: "Hosts whose certificate Kong has and the gateway does not answer TLS handshakes with; 0 where it can't be asked",
    labels: [],
  },
  certificate_first_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the first of the certificates expires that serve hosts, ordered or of teams' own (Unix time); +Inf where there is none",
    labels: [],
  },
  certificate_orders_total: {
    type: "counter",
    help: "Certificates that were ordered, and what became of it: ordered, issued, failed; renewed or renewalFailed where cert-manager tried by itself",
    labels: ["result"],
  },
  certificate_names: {
    type: "gauge",
    help: "Hosts that are to have a certificate of those that are ordered (wanted), that have one (issued), and that could not be validated and are tried apart (quarantined)",
    labels: ["state"],
  },
  certificate_groups_out_of_budget: {
    type: "gauge",
    help: "DomainCertificates in which names wait since a limit of the certificate authority is met, for the domain or for all, or too many orders of the namespace have failed",
    labels: [],
  },
  certificate_groups_full: {
    type: "gauge",
    help: "DomainCertificates in which names wait since there is no room for more in them (TooManyNames)",
    labels: [],
  },
  certificate_order_budget_left: {
    type: "gauge",
    help: "Orders that all namespaces together may make now, before the certificate authority's limit for an account is met; +Inf where none are made",
    labels: [],
  },
  certificate_requests_total: {
    type: "counter",
    help: "CertificateRequests that were approved or denied (--approve-requests), and why",
    labels: ["decision", "reason"],
  },
  drift_hosts_total: {
    type: "counter",
    help: "Hosts that were not in Kong as we left them, and were repaired",
    labels: [],
  },
  foreign_hosts_forgotten: {
    type: "gauge",
    help: "Hosts of routes of others in Kong that are not remembered, since there are too many: they count as free",
    labels: [],
  },
  kubernetes_request_duration_seconds: {
    type: "histogram",
    help: "Time until the API server answered; watches are not in it",
    labels: ["verb", "resource", "outcome"],
  },
  watch_last_complete_timestamp_seconds: {
    type: "gauge",
    help: "When what is known of a kind was last known to be all of it (Unix time)",
    labels: ["kind"],
  },
  event_loop_longest_turn_seconds: {
    type: "gauge",
    help: "Longest time since the last scrape for which the process could do nothing else, to within 10 ms",
    labels: [],
  },
  event_loop_longest_turn_cpu_seconds: {
    type: "gauge",
    help: "Most CPU time that such a turn took; less than the longest time where the processor was others'. Shown from Node.js 23.9 on",
    labels: [],
  },
  suffix_list_timestamp_seconds: { type: "gauge", help: "Day of the public suffix list (Unix time)", labels: [] },
  build_info: { type: "gauge", help: "Always 1; the version is the label", labels: ["version"] },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** A metric's name, without the prefix. */
export type MetricName = keyof typeof metricTable;

/** All metrics as a table in Markdown, for the documentation. */
export function metricReference(): string {
  const rows = Object.entries<MetricRow>(metricTable).map(([name, { type, help, labels }]) => {
    const cells = [`\`${prefix}${name}\``, type, labels.map((label) => `\`${label}\``).join(", "), help];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| Metric | Type | Labels | Meaning |", "|---|---|---|---|", ...rows].join("\n") + "\n";
}
