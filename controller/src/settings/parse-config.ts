import { accessSync, constants } from "node:fs";
import { defaultReserved } from "@domain-claims/crds/reserved";
import { letsEncryptLimits, shareOf } from "../decide/certificates/limits.ts";
import type { OrderSettings } from "../decide/certificates/limits.ts";
import { collect } from "./collect.ts";
import type { Config } from "./config.ts";
import { contradictions } from "./contradictions.ts";
import { wordsOf } from "./flags.ts";
import type { FlagName } from "./flags.ts";
import { helpText } from "./help.ts";
import { adminUrl, headers, proxyUrl } from "./kong-address.ts";
import { labelSelector } from "./label-selector.ts";
import { reader } from "./reader.ts";
import type { Reader } from "./reader.ts";
import * as values from "./values.ts";
import { version } from "./version.ts";

/** What the command line asks for. */
export type CommandLine =
  | { readonly config: Config }
  | { readonly help: string }
  | { readonly version: string }
  /** Sentences, all of them at once. */
  | { readonly problems: readonly string[] };

/** Reads the settings from arguments (without node and program) and environment. `readable` tells whether a file is. */
export function parseConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  readable: (path: string) => boolean = canBeRead,
): CommandLine {
  const collected = collect(argv, env);
  if (collected.help) return { help: helpText() };
  if (collected.version) return { version };
  const from = reader(collected);
  const config = configFrom(from, fileReader(from, readable));
  const address = from.written("kong-admin-url")?.values.join("") ?? "";
  if (address === "" && config.beforeUninstall === undefined)
    from.note("the address of Kong's Admin API is missing: set --kong-admin-url or KONG_ADMIN_URL");
  for (const problem of contradictions(config)) from.note(problem);
  return from.problems.length > 0 ? { problems: from.problems } : { config };
}

function configFrom(from: Reader, file: (name: FlagName) => string | undefined): Config {
  const ordering = orders(from);
  const systemNamespace = from.read("system-namespace", values.namespaceName, "");
  const clusterDomain = from.read("cluster-domain", values.dnsName, "");
  const routesPerNamespace = from.read("routes-per-namespace", values.wholeNumber(1, 10_000_000), 0);
  const names = values.commaList(values.namePattern);
  return {
    kubernetes: { kubeconfig: file("kubeconfig"), context: from.optional("context", values.text) },
    kong: {
      url: from.read("kong-admin-url", adminUrl, ""),
      tokenFile: file("kong-admin-token-file"),
      headers: kongHeaders(from),
      caFile: file("kong-admin-ca-file"),
      clientCertFile: file("kong-admin-client-cert-file"),
      clientKeyFile: file("kong-admin-client-key-file"),
      tlsServerName: from.optional("kong-admin-tls-server-name", values.dnsName),
      insecureSkipTlsVerify: from.read("kong-admin-tls-skip-verify", values.yesNo, false),
      timeoutMs: from.read("kong-admin-timeout", values.durationFrom(100, "100ms"), 0),
      concurrency: from.read("kong-admin-concurrency", values.wholeNumber(1, 256), 0),
      resyncMs: from.read("kong-resync-period", values.durationFrom(1000, "1s", true), 0),
      proxyUrls: from.read("proxy-url", values.commaList(proxyUrl), []),
      settleMs: from.optional("settle-time", values.durationFrom(0, "0s")),
      foreignHosts: from.read("kong-foreign-hosts", values.yesNo, true),
    },
    settings: {
      systemNamespace,
      reservedNames: from.optional("reserved-names", names) ?? defaultReserved(clusterDomain),
      redemptionMs: from.read("redemption", values.durationFrom(1000, "1s", true), 0),
      primaryNamespaces: from.read("primary-namespace-selector", labelSelector, []),
      handedOverHosts: from.read("foreign-hosts-handed-over", names, []),
      allowedSuffixes: from.read("allowed-suffixes", values.commaList(values.dnsName), []),
      catchAllNamespaces: from.read("catch-all-namespaces", values.commaList(values.namespaceName), []),
      ingressClass: from.read("ingress-class", values.objectName, ""),
      ingressController: from.read("ingress-controller-name", values.controllerName, ""),
      ignoredAnnotations: from.read("ignored-annotations", values.commaList(values.annotation), []),
      issuer: ordering?.issuer,
      pathsPerHost: from.read("paths-per-host", values.wholeNumber(1, 1_000_000), 0),
      routesPerNamespace,
      clusterDomain,
      kongTag: from.read("kong-tag", values.kongTag, ""),
    },
    limits: {
      pathBytes: from.read("path-bytes", values.wholeNumber(1, 1_000_000), 0),
      routesPerNamespace,
      claimsPerNamespace: from.read("claims-per-namespace", values.wholeNumber(1, 1_000_000), 0),
      waitingClaimsPerNamespace: from.read("waiting-claims-per-namespace", values.wholeNumber(0, 1_000_000), 0),
    },
    publish: published(from),
    orders: ordering,
    records: {
      retentionMs: from.read("record-retention", values.durationFrom(1000, "1s"), 0),
      releasedPerNamespace: from.read("released-records-per-namespace", values.wholeNumber(0, 100_000), 0),
    },
    leaderElection: {
      enabled: from.read("leader-election", values.yesNo, true),
      namespace: from.read("lease-namespace", values.namespaceName, systemNamespace),
      name: from.read("lease-name", values.objectName, ""),
      leaseDurationMs: from.read("lease-duration", values.durationFrom(1000, "1s"), 0),
      renewDeadlineMs: from.read("lease-renew-deadline", values.durationFrom(500, "500ms"), 0),
      retryPeriodMs: from.read("lease-retry-period", values.durationFrom(100, "100ms"), 0),
    },
    health: from.read("health-address", values.listenAddress, { host: "", port: 0 }),
    report: {
      only: from.read("report-only", values.yesNo, false),
      watch: from.read("watch", values.yesNo, false),
      format: from.read("report-format", values.oneOf(...wordsOf("report-format")), "text"),
    },
    beforeUninstall: beforeUninstall(from),
    debug: from.optional("debug-address", values.loopbackAddress),
    log: {
      level: from.read("log-level", values.oneOf(...wordsOf("log-level")), "info"),
      format: from.read("log-format", values.oneOf(...wordsOf("log-format")), "json"),
    },
  };
}

function kongHeaders(from: Reader): Readonly<Record<string, string>> {
  const written = from.written("kong-admin-header");
  if (written === undefined) return {};
  const parsed = headers(written.values);
  if ("value" in parsed) return parsed.value;
  from.note(`${written.where} ${parsed.problem}`);
  return {};
}

/** Undefined where no issuer is named. */
function orders(from: Reader): OrderSettings | undefined {
  const kind = from.read("issuer-kind", values.oneOf(...wordsOf("issuer-kind")), "ClusterIssuer");
  const namesPerCertificate = from.read("names-per-certificate", values.wholeNumber(1, 100), 100);
  const { account } = letsEncryptLimits;
  const mostOrders = values.wholeNumber(1, account.capacity);
  const ordersPerNamespace = from.read("orders-per-namespace", mostOrders, letsEncryptLimits.share.capacity);
  const untriedNames = from.read("untried-names", values.wholeNumber(1, 100), letsEncryptLimits.untriedNames);
  const approveRequests = from.read("approve-requests", values.yesNo, false);
  const name = from.optional("issuer-name", values.dnsName);
  if (name === undefined) {
    if (approveRequests)
      from.note("--approve-requests needs an issuer whose requests are approved: --issuer-name is missing");
    return undefined;
  }
  // A name that its namespace does not hold any more would have the whole request denied: it leaves with the next order.
  const forgetMs = approveRequests ? 0 : letsEncryptLimits.forgetMs;
  return {
    issuer: { kind, name },
    approveRequests,
    limits: {
      ...{ ...letsEncryptLimits, namesPerCertificate, untriedNames, forgetMs },
      share: shareOf(account, ordersPerNamespace),
    },
  };
}

function beforeUninstall(from: Reader): Config["beforeUninstall"] {
  const claims = from.optional("before-uninstall", values.oneOf(...wordsOf("before-uninstall")));
  const timeoutMs = from.read("before-uninstall-timeout", values.durationFrom(1000, "1s"), 0);
  return claims === undefined ? undefined : { claims, timeoutMs };
}

function published(from: Reader): Config["publish"] {
  const addresses = from.read("publish-status-address", values.commaList(values.address), []);
  const service = from.optional("publish-service", values.namespacedName);
  if (addresses.length > 0 && service !== undefined) {
    from.note(
      "--publish-status-address and --publish-service are both set: the address can come from one of them only",
    );
  }
  if (service !== undefined) return { kind: "service", ...service };
  return addresses.length > 0 ? { kind: "addresses", addresses } : { kind: "nothing" };
}

function fileReader(from: Reader, readable: (path: string) => boolean): (name: FlagName) => string | undefined {
  return (name) => {
    const path = from.optional(name, values.text);
    if (path !== undefined && !readable(path))
      from.note(`${from.written(name)?.where ?? name} is ${path}, which can't be read`);
    return path;
  };
}

function canBeRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
