import type { Config } from "./config.ts";

/**
 * Settings that are fine one by one and make no sense together, a sentence for each. A setting that could not be read has its
 * stand-in in the config, and is told of already.
 */
export function contradictions({ kong, leaderElection, report }: Config): readonly string[] {
  return [...aboutTls(kong), ...aboutToken(kong), ...aboutLease(leaderElection), ...aboutReport(report)];
}

function aboutReport({ only, watch, format }: Config["report"]): readonly string[] {
  if (only) return [];
  return [
    ...(watch ? ["--watch goes with --report-only: a controller that serves watches in any case"] : []),
    ...(format === "text"
      ? []
      : ["--report-format goes with --report-only: a controller that serves prints no report"]),
  ];
}

function aboutTls(kong: Config["kong"]): readonly string[] {
  const problems: string[] = [];
  if ((kong.clientCertFile === undefined) !== (kong.clientKeyFile === undefined)) {
    const missing = kong.clientCertFile === undefined ? "cert" : "key";
    problems.push(`a client certificate and its key go together: --kong-admin-client-${missing}-file is missing`);
  }
  if (kong.url.startsWith("http:")) {
    for (const [set, name] of [
      [kong.caFile, "kong-admin-ca-file"],
      [kong.clientCertFile, "kong-admin-client-cert-file"],
      [kong.tlsServerName, "kong-admin-tls-server-name"],
    ] as const) {
      if (set !== undefined) problems.push(`--${name} needs an https address, but Kong's is http`);
    }
  }
  if (kong.insecureSkipTlsVerify && kong.caFile !== undefined) {
    problems.push(
      "--kong-admin-tls-skip-verify and --kong-admin-ca-file contradict each other: the certificate is checked or it is not",
    );
  }
  return problems;
}

function aboutToken({ tokenFile, headers }: Config["kong"]): readonly string[] {
  return tokenFile !== undefined && headers["kong-admin-token"] !== undefined
    ? ["Kong-Admin-Token is set by --kong-admin-token-file and by --kong-admin-header: one of them is enough"]
    : [];
}

function aboutLease(times: Config["leaderElection"]): readonly string[] {
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = times;
  const read = leaseDurationMs > 0 && renewDeadlineMs > 0 && retryPeriodMs > 0;
  return read && !(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs)
    ? [
        "--lease-duration must be longer than --lease-renew-deadline, and that longer than --lease-retry-period: " +
          "otherwise two controllers could write at once",
      ]
    : [];
}
