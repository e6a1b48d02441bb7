/** What Prometheus has scraped, and whether an alert fires then. */
export interface AlertCase {
  readonly when: string;
  /** Samples of one minute each, in promtool's notation (`1x5`: six times 1), by series without its prefix `domain_claims_`. */
  readonly series: Readonly<Record<string, string>>;
  /** Times from the first sample, as promtool writes them (`5m`, `2h`), at which nothing is said. */
  readonly quiet: readonly string[];
  /** Times at which the alert fires once. */
  readonly fires: readonly string[];
  /** Further labels that it then has, beside namespace, job and its own. */
  readonly labels?: Readonly<Record<string, string>>;
}

const day = 24 * 60;
const kept = (labels: string): string => `{namespace="kong-system",job="claims",instance="a"${labels}}`;
/** The notation has no `Infx90`. */
const infinite = (times: number): string => Array.from({ length: times }, () => "Inf").join(" ");
const a = kept("");
const b = kept("").replace('"a"', '"b"');
const of = (label: string, value: string): string => kept(`,${label}="${value}"`);
const refusals = `kubernetes_request_duration_seconds_count${kept(',verb="patch",resource="domains",outcome="refused"')}`;
const orders = (result: string): string => `certificate_orders_total${of("result", result)}`;
const names = (state: string): string => `certificate_names${of("state", state)}`;

/** When each alert fires, and when it does not: once at least of either. */
export const alertCases: Readonly<Record<string, readonly AlertCase[]>> = {
  DomainClaimsNotScraped: [
    { when: "nothing is scraped", series: {}, quiet: ["4m"], fires: ["5m"] },
    {
      when: "it was scraped until just now",
      series: { [`build_info${a}`]: "1x9 stale" },
      quiet: ["14m"],
      fires: ["15m"],
    },
    { when: "one of two is scraped", series: { [`build_info${a}`]: "1x20" }, quiet: ["10m", "20m"], fires: [] },
  ],
  DomainClaimsNoLeader: [
    {
      when: "the leader has ended and nobody follows",
      series: { [`leader${a}`]: "1x4 stale", [`leader${b}`]: "0x20" },
      quiet: ["4m", "5m"],
      fires: ["6m", "10m"],
    },
    {
      when: "one hands over to the other",
      series: { [`leader${a}`]: "1x4 0x10", [`leader${b}`]: "0x4 1x10" },
      quiet: ["4m", "5m", "6m", "10m"],
      fires: [],
    },
    {
      when: "one has the Lease, and can't begin to decide",
      series: { [`leader${a}`]: "0x9", [`leader${b}`]: "0x9" },
      quiet: ["0m"],
      fires: ["1m", "9m"],
    },
    {
      when: "two believe that they lead",
      series: { [`leader${a}`]: "1x9", [`leader${b}`]: "1x9" },
      quiet: ["0m"],
      fires: ["1m"],
    },
    {
      when: "two releases have a leader each",
      series: { [`leader${a}`]: "1x9", [`leader${a.replace("kong-system", "other")}`]: "1x9" },
      quiet: ["1m", "9m"],
      fires: [],
    },
  ],
  DomainClaimsKongUnreachable: [
    {
      when: "one of two does not reach it",
      series: { [`kong_reachable${a}`]: "1 0x9", [`kong_reachable${b}`]: "1x10" },
      quiet: ["1m"],
      fires: ["2m"],
    },
    {
      when: "it is away for a moment",
      series: { [`kong_reachable${a}`]: "1 0 1x9" },
      quiet: ["1m", "2m", "9m"],
      fires: [],
    },
  ],
  DomainClaimsGatewayBehind: [
    {
      when: "it does not show what was written",
      series: { [`gateway_behind_seconds${a}`]: "0+30x10" },
      quiet: ["2m", "4m"],
      fires: ["5m"],
    },
    {
      when: "it takes its time",
      series: { [`gateway_behind_seconds${a}`]: "0 45 5 60 0x9" },
      quiet: ["1m", "3m", "9m"],
      fires: [],
    },
  ],
  DomainClaimsCertificatesNotShown: [
    { when: "one is not shown", series: { [`certificates_not_shown${a}`]: "0 1x30" }, quiet: ["15m"], fires: ["16m"] },
    {
      when: "each is shown after some minutes",
      series: { [`certificates_not_shown${a}`]: "0 3x9 0x30" },
      quiet: ["9m", "30m"],
      fires: [],
    },
  ],
  DomainClaimsQueueStuck: [
    {
      when: "something waits",
      series: {
        [`queue_oldest_item_age_seconds${of("queue", "host")}`]: "0+60x9",
        [`queue_oldest_item_age_seconds${of("queue", "claim")}`]: "1x9",
      },
      quiet: ["3m"],
      fires: ["4m"],
      labels: { queue: "host" },
    },
    {
      when: "many changes have passed",
      series: { [`queue_oldest_item_age_seconds${of("queue", "host")}`]: "50 90 30 0x9" },
      quiet: ["1m", "9m"],
      fires: [],
    },
  ],
  DomainClaimsWorkFails: [
    {
      when: "something fails again and again",
      series: { [`queue_retrying${of("queue", "host")}`]: "0 1x30" },
      quiet: ["1m", "15m"],
      fires: ["16m"],
      labels: { queue: "host" },
    },
    {
      when: "a new leader has failed for some minutes",
      series: { [`queue_retrying${of("queue", "host")}`]: "_x5 2x9" },
      quiet: ["11m", "14m"],
      fires: [],
    },
    {
      when: "it was tried again, with success",
      series: { [`queue_retrying${of("queue", "host")}`]: "1x13 0 1x13" },
      quiet: ["13m", "27m"],
      fires: [],
    },
  ],
  DomainClaimsWritesRefused: [
    {
      when: "a right is missing",
      series: { [refusals]: "0+1x40" },
      quiet: ["10m"],
      fires: ["16m", "40m"],
      labels: { verb: "patch", resource: "domains" },
    },
    { when: "one write was refused", series: { [refusals]: "0 1x40" }, quiet: ["5m", "16m", "40m"], fires: [] },
  ],
  DomainClaimsWatchSilent: [
    {
      when: "a watch hears nothing more",
      series: {
        [`watch_last_complete_timestamp_seconds${of("kind", "Domain")}`]: "0x9",
        [`watch_last_complete_timestamp_seconds${of("kind", "Ingress")}`]: "0+60x9",
      },
      quiet: ["4m"],
      fires: ["5m"],
      labels: { kind: "Domain" },
    },
  ],
  DomainClaimsDrift: [
    {
      when: "something was repaired",
      series: { [`drift_hosts_total${a}`]: "0 0 1x90" },
      quiet: ["1m", "70m"],
      fires: ["2m", "50m"],
      labels: { instance: "a" },
    },
  ],
  DomainClaimsCertificateExpires: [
    {
      when: "nobody renews it",
      series: { [`certificate_first_expiry_timestamp_seconds${a}`]: `${String(8 * day * 60)}x${String(3 * day)}` },
      quiet: ["1d", "24h30m"],
      fires: ["25h30m", "2d"],
    },
    {
      when: "there is none",
      series: { [`certificate_first_expiry_timestamp_seconds${a}`]: infinite(90) },
      quiet: ["90m"],
      fires: [],
    },
  ],
  DomainClaimsNothingIssued: [
    {
      when: "every order fails",
      series: { [orders("failed")]: "0 1x90", [orders("issued")]: "0x90" },
      quiet: ["20m"],
      fires: ["32m"],
    },
    {
      when: "another order succeeds",
      series: { [orders("failed")]: "0 1x90", [orders("issued")]: "0x5 1x90" },
      quiet: ["32m", "90m"],
      fires: [],
    },
    {
      when: "another certificate is renewed",
      series: { [orders("failed")]: "0 1x90", [orders("renewed")]: "0x5 1x90" },
      quiet: ["32m", "90m"],
      fires: [],
    },
  ],
  DomainClaimsRenewalsFail: [
    {
      when: "one fails",
      series: { [orders("renewalFailed")]: `0x5 1x${String(2 * day)}` },
      quiet: ["5m", "2d"],
      fires: ["7m", "20h"],
    },
    {
      when: "all go well",
      series: { [orders("renewalFailed")]: "0x90", [orders("renewed")]: "0+1x90" },
      quiet: ["90m"],
      fires: [],
    },
  ],
  DomainClaimsManyNamesNotValidated: [
    {
      when: "a quarter fails",
      series: { [names("quarantined")]: "25x90", [names("wanted")]: "100x90" },
      quiet: ["59m"],
      fires: ["60m"],
    },
    {
      when: "a tenth fails",
      series: { [names("quarantined")]: "10x90", [names("wanted")]: "100x90" },
      quiet: ["90m"],
      fires: [],
    },
    {
      when: "none is wanted",
      series: { [names("quarantined")]: "0x90", [names("wanted")]: "0x90" },
      quiet: ["90m"],
      fires: [],
    },
  ],
  DomainClaimsOrderBudgetLow: [
    {
      when: "few are left",
      series: { [`certificate_order_budget_left${a}`]: "300 70x30" },
      quiet: ["15m"],
      fires: ["16m"],
    },
    {
      when: "the standby replica orders nothing",
      series: { [`certificate_order_budget_left${a}`]: "300x30", [`certificate_order_budget_left${b}`]: infinite(30) },
      quiet: ["30m"],
      fires: [],
    },
  ],
  DomainClaimsDomainOutOfBudget: [
    {
      when: "names wait",
      series: { [`certificate_groups_out_of_budget${a}`]: `1x${String(2 * day)}` },
      quiet: ["23h"],
      fires: ["25h"],
    },
    {
      when: "they have waited for some hours",
      series: { [`certificate_groups_out_of_budget${a}`]: `1x600 0x${String(day)}` },
      quiet: ["10h", "25h"],
      fires: [],
    },
  ],
  DomainClaimsSuffixListOld: [
    {
      when: "it is of 200 days ago",
      series: { [`suffix_list_timestamp_seconds${a}`]: `${String(-200 * day * 60)}x5` },
      quiet: [],
      fires: ["0m", "5m"],
    },
    {
      when: "an upgrade is under way from an old one",
      series: {
        [`suffix_list_timestamp_seconds${a}`]: `${String(-200 * day * 60)}x5`,
        [`suffix_list_timestamp_seconds${b}`]: `${String(-9 * day * 60)}x5`,
      },
      quiet: ["5m"],
      fires: [],
    },
  ],
};
