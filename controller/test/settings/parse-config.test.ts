import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/settings/parse-config.ts";
import type { Config } from "../../src/settings/config.ts";
import { flagNames, variablesOf } from "../../src/settings/flags.ts";
import { flagReference } from "../../src/settings/help.ts";
import { version } from "../../src/settings/version.ts";
import { tempFolder } from "../support/temp-folder.ts";

const url = "--kong-admin-url=http://kong:8001";
const everyFile = (): boolean => true;

function configOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Config {
  const parsed = parseConfig(argv, env, everyFile);
  if ("config" in parsed) return parsed.config;
  throw new Error(JSON.stringify(parsed));
}

function problemsOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const parsed = parseConfig(argv, env, everyFile);
  if ("problems" in parsed) return parsed.problems;
  throw new Error("there are no problems");
}

describe("the settings", () => {
  test("have defaults for everything but Kong's address", () => {
    expect(configOf([url])).toEqual({
      kubernetes: { kubeconfig: undefined, context: undefined },
      kong: {
        url: "http://kong:8001",
        tokenFile: undefined,
        headers: {},
        caFile: undefined,
        clientCertFile: undefined,
        clientKeyFile: undefined,
        tlsServerName: undefined,
        insecureSkipTlsVerify: false,
        timeoutMs: 10_000,
        concurrency: 16,
        resyncMs: 60_000,
        foreignHosts: true,
        proxyUrls: [],
        settleMs: undefined,
      },
      settings: {
        systemNamespace: "kong-system",
        reservedNames: ["cluster.local", "*.cluster.local"],
        redemptionMs: 10 * 60 * 1000,
        primaryNamespaces: [],
        handedOverHosts: [],
        allowedSuffixes: [],
        catchAllNamespaces: [],
        ingressClass: "kong",
        ingressController: "platform.koli.io/kong",
        ignoredAnnotations: [],
        issuer: undefined,
        pathsPerHost: 1_000,
        routesPerNamespace: 10_000,
        clusterDomain: "cluster.local",
        kongTag: "managed-by-domain-claims",
      },
      limits: {
        ...{ pathBytes: 2_048, routesPerNamespace: 10_000 },
        ...{ claimsPerNamespace: 1_000, waitingClaimsPerNamespace: 200 },
      },
      publish: { kind: "nothing" },
      orders: undefined,
      records: { retentionMs: 90 * 24 * 3600 * 1000, releasedPerNamespace: 50 },
      report: { only: false, watch: false, format: "text" },
      beforeUninstall: undefined,
      leaderElection: {
        enabled: true,
        namespace: "kong-system",
        name: "domain-claims",
        leaseDurationMs: 15_000,
        renewDeadlineMs: 10_000,
        retryPeriodMs: 2_000,
      },
      health: { host: "0.0.0.0", port: 8080 },
      log: { level: "info", format: "json" },
    });
  });

  test("come from flags before the environment, and from the project's variables before common ones", () => {
    const env = {
      KONG_ADMIN_URL: "http://common",
      DOMAIN_CLAIMS_KONG_ADMIN_URL: "http://own",
      DOMAIN_CLAIMS_KONG_TAG: "from-env",
      DOMAIN_CLAIMS_LOG_LEVEL: "",
    };
    expect(configOf(["--kong-tag", "from-flag"], env)).toMatchObject({
      kong: { url: "http://own" },
      settings: { kongTag: "from-flag" },
      log: { level: "info" },
    });
    expect(configOf([], { KONG_ADMIN_URL: "http://common" }).kong.url).toBe("http://common");
  });

  test("take the pod's namespace as system and lease namespace, unless told otherwise", () => {
    expect(configOf([url], { POD_NAMESPACE: "edge" })).toMatchObject({
      settings: { systemNamespace: "edge" },
      leaderElection: { namespace: "edge" },
    });
    const told = configOf([url, "--system-namespace=infra", "--lease-namespace=leases"], { POD_NAMESPACE: "edge" });
    expect(told).toMatchObject({ settings: { systemNamespace: "infra" }, leaderElection: { namespace: "leases" } });
    expect(configOf([url, "--system-namespace=infra"]).leaderElection.namespace).toBe("infra");
  });

  test.each<[string, readonly string[], unknown]>([
    [
      "switches",
      ["--leader-election=false", "--kong-admin-tls-skip-verify"],
      { leaderElection: { enabled: false }, kong: { insecureSkipTlsVerify: true } },
    ],
    [
      "durations",
      ["--kong-resync-period=1h30m", "--kong-admin-timeout=1.5s"],
      { kong: { resyncMs: 5_400_000, timeoutMs: 1_500 } },
    ],
    [
      "an issuer",
      ["--issuer-name=letsencrypt", "--names-per-certificate=25"],
      {
        orders: {
          issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
          approveRequests: false,
          limits: { namesPerCertificate: 25 },
        },
        settings: { issuer: { kind: "ClusterIssuer", name: "letsencrypt" } },
      },
    ],
    [
      "how many orders of the account a namespace may make",
      ["--issuer-name=letsencrypt", "--orders-per-namespace=30"],
      { orders: { limits: { share: { capacity: 30, refillMs: 360_000 } } } },
    ],
    [
      "how many names are ordered at once of which nothing is known",
      ["--issuer-name=letsencrypt", "--untried-names=100"],
      { orders: { limits: { untriedNames: 100 } } },
    ],
    [
      "that requests are approved, so that a name which is not held any more leaves with the next order",
      ["--issuer-name=letsencrypt", "--approve-requests"],
      { orders: { approveRequests: true, limits: { forgetMs: 0 } } },
    ],
    ["0 for never", ["--kong-resync-period=0"], { kong: { resyncMs: 0 } }],
    ["that nobody looks for foreign hosts", ["--kong-foreign-hosts=false"], { kong: { foreignHosts: false } }],
    [
      "lists, given at once or one by one",
      ["--catch-all-namespaces=a, b,", "--catch-all-namespaces=c"],
      { settings: { catchAllNamespaces: ["a", "b", "c"] } },
    ],
    [
      "names in any spelling",
      ["--reserved-names=Intern.Example.,*.local,*.bücher.example", "--allowed-suffixes=GitHub.io"],
      {
        settings: {
          reservedNames: ["intern.example", "*.local", "*.xn--bcher-kva.example"],
          allowedSuffixes: ["github.io"],
        },
      },
    ],
    ["no reserved names at all", ["--reserved-names="], { settings: { reservedNames: [] } }],
    [
      "the cluster's domain",
      ["--cluster-domain=k8s.acme.org"],
      { settings: { reservedNames: ["k8s.acme.org", "*.k8s.acme.org"] } },
    ],
    [
      "addresses",
      ["--publish-status-address=192.0.2.1,2001:db8::1,lb.acme.org"],
      {
        publish: {
          kind: "addresses",
          addresses: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }, { hostname: "lb.acme.org" }],
        },
      },
    ],
    ["a Service", ["--publish-service=kong/proxy"], { publish: { kind: "service", namespace: "kong", name: "proxy" } }],
    ["a port to choose", ["--health-address=127.0.0.1:0"], { health: { host: "127.0.0.1", port: 0 } }],
    ["all addresses", ["--health-address=:9090"], { health: { host: "0.0.0.0", port: 9090 } }],
    ["IPv6", ["--health-address=[::1]:9090"], { health: { host: "::1", port: 9090 } }],
    ["debug pages", ["--debug-address=127.0.0.1:8081"], { debug: { host: "127.0.0.1", port: 8081 } }],
    ["debug pages on IPv6", ["--debug-address=[::1]:8081"], { debug: { host: "::1", port: 8081 } }],
    [
      "headers",
      ["--kong-admin-header=X-Team: edge: a", "--kong-admin-header", "apikey:b"],
      { kong: { headers: { "x-team": "edge: a", apikey: "b" } } },
    ],
    ["the last of several", ["--log-level=debug", "--log-level=warn"], { log: { level: "warn" } }],
  ])("take %s", (_, argv, expected) => {
    expect(configOf([url, ...argv])).toMatchObject(expected as object);
  });

  test("take headers from the environment one per line", () => {
    const env = { DOMAIN_CLAIMS_KONG_ADMIN_HEADER: "apikey: a\nx-team: edge\n" };
    expect(configOf([url], env).kong.headers).toEqual({ apikey: "a", "x-team": "edge" });
  });
});

describe("what can't be used is a sentence", () => {
  test.each<[readonly string[], string]>([
    [["--kong-admin-ulr=http://x"], "unknown flag: --kong-admin-ulr (did you mean --kong-admin-url?)"],
    [["--verbose"], "unknown flag: --verbose (--help shows all of them)"],
    [["-v"], "unknown flag: -v (--help shows all of them)"],
    [["run"], 'unexpected argument "run": only flags are taken'],
    [["--kong-tag"], "--kong-tag needs a value"],
    [["--kong-tag", "--log-level=info"], "--kong-tag needs a value, but --log-level follows"],
    [["--kong-tag=a,b"], '--kong-tag is "a,b", but a tag is made of letters, digits and . _ - : @ ~ +'],
    [["--kong-admin-url=kong:8001"], "--kong-admin-url is not an http or https address"],
    [
      ["--kong-admin-url=http://a:hunter2@kong"],
      "--kong-admin-url has a user or a password in it: give them with --kong-admin-header",
    ],
    [["--kong-admin-timeout=3"], '--kong-admin-timeout is "3", which is no duration: write 500ms, 30s, 5m, 12h or 90d'],
    [["--kong-admin-timeout=0"], "--kong-admin-timeout is 0, but must be at least 100ms"],
    [["--kong-resync-period=10ms"], "--kong-resync-period is 10ms, but must be at least 1s, or 0 for never"],
    [["--untried-names=101"], '--untried-names is "101", but must be a whole number from 1 to 100'],
    [["--kong-admin-concurrency=0"], '--kong-admin-concurrency is "0", but must be a whole number from 1 to 256'],
    [["--kong-admin-header=hunter2"], '--kong-admin-header must be written as "Name: value"'],
    [["--kong-admin-header=Host: hunter2"], "--kong-admin-header sets Host, which can't be set"],
    [["--leader-election=yes"], '--leader-election is "yes", but must be true or false'],
    [
      ["--kong-tag=managed-by-ingress-controller"],
      `--kong-tag is "managed-by-ingress-controller", the tag of Kong's own ingress controller: all that it has in Kong would be removed (docs/migrate.md)`,
    ],
    [["--redemption=36501d"], "--redemption is 36501d, but must be at most 36500d"],
    [["--lease-duration=soon"], '--lease-duration is "soon", which is no duration: write 500ms, 30s, 5m, 12h or 90d'],
    [
      ["--lease-duration=10s"],
      "--lease-duration must be longer than --lease-renew-deadline, and that longer than --lease-retry-period: otherwise two controllers could write at once",
    ],
    [
      ["--lease-retry-period=12s"],
      "--lease-duration must be longer than --lease-renew-deadline, and that longer than --lease-retry-period: otherwise two controllers could write at once",
    ],
    [
      ["--approve-requests"],
      "--approve-requests needs an issuer whose requests are approved: --issuer-name is missing",
    ],
    [["--log-level=trace"], '--log-level is "trace", but must be one of debug, info, warn, error'],
    [["--health-address=8080"], '--health-address is "8080", but must be host:port, such as 0.0.0.0:8080'],
    [["--debug-address=:8081"], '--debug-address is ":8081", but must be a loopback address, such as 127.0.0.1:8081'],
    [
      ["--debug-address=127.0.0.1.example:8081"],
      '--debug-address is "127.0.0.1.example:8081", but must be a loopback address, such as 127.0.0.1:8081',
    ],
    [["--debug-address=8081"], '--debug-address is "8081", but must be host:port, such as 0.0.0.0:8080'],
    [["--catch-all-namespaces=ok,Not_ok"], '--catch-all-namespaces is "Not_ok", which is no name of a namespace'],
    [["--reserved-names=a b"], '--reserved-names has "a b", which is no DNS name'],
    [
      ["--publish-status-address=300.1.2.3"],
      '--publish-status-address has "300.1.2.3", which is neither an IP address nor a hostname',
    ],
    [
      ["--ingress-controller-name=kong"],
      '--ingress-controller-name is "kong", but must be a domain and a path, such as example.org/kong',
    ],
    [
      ["--publish-service=a/b", "--publish-status-address=192.0.2.1"],
      "--publish-status-address and --publish-service are both set: the address can come from one of them only",
    ],
    [
      ["--kong-admin-client-cert-file=a", "--kong-admin-url=https://k"],
      "a client certificate and its key go together: --kong-admin-client-key-file is missing",
    ],
    [
      ["--kong-admin-client-key-file=a", "--kong-admin-url=https://k"],
      "a client certificate and its key go together: --kong-admin-client-cert-file is missing",
    ],
    [["--watch"], "--watch goes with --report-only: a controller that serves watches in any case"],
    [["--report-format=json"], "--report-format goes with --report-only: a controller that serves prints no report"],
    [["--kong-admin-ca-file=a"], "--kong-admin-ca-file needs an https address, but Kong's is http"],
    [
      ["--kong-admin-tls-skip-verify", "--kong-admin-ca-file=a", "--kong-admin-url=https://k"],
      "--kong-admin-tls-skip-verify and --kong-admin-ca-file contradict each other: the certificate is checked or it is not",
    ],
    [
      ["--kong-admin-token-file=a", "--kong-admin-header=Kong-Admin-Token: hunter2"],
      "Kong-Admin-Token is set by --kong-admin-token-file and by --kong-admin-header: one of them is enough",
    ],
  ])("%j", (argv, sentence) => {
    const problems = problemsOf([url, ...argv]);
    expect(problems).toEqual([sentence]);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("also without Kong's address, which only what is done before an uninstallation does without", () => {
    expect(problemsOf([])).toEqual([
      "the address of Kong's Admin API is missing: set --kong-admin-url or KONG_ADMIN_URL",
    ]);
    expect(configOf(["--before-uninstall=delete", "--before-uninstall-timeout=30s"]).beforeUninstall).toEqual({
      claims: "delete",
      timeoutMs: 30_000,
    });
  });

  test("that names the variable where the value came from there", () => {
    const env = { KONG_ADMIN_URL: "http://kong", DOMAIN_CLAIMS_LOG_LEVEL: "loud" };
    expect(problemsOf([], env)).toEqual([
      'DOMAIN_CLAIMS_LOG_LEVEL is "loud", but must be one of debug, info, warn, error',
    ]);
  });

  test("also for a misspelt variable, but not for those that Kubernetes makes of a Service", () => {
    const service = { DOMAIN_CLAIMS_SERVICE_HOST: "10.0.0.1", DOMAIN_CLAIMS_PORT_8080_TCP: "tcp://10.0.0.1:8080" };
    expect(problemsOf([url], { ...service, DOMAIN_CLAIMS_KONG_TAGS: "a" })).toEqual([
      "unknown setting in the environment: DOMAIN_CLAIMS_KONG_TAGS (did you mean DOMAIN_CLAIMS_KONG_TAG?)",
    ]);
  });

  test("for files that can't be read", () => {
    const missing = join(tempFolder(), "token");
    const parsed = parseConfig([url, `--kong-admin-token-file=${missing}`], {});
    expect(parsed).toEqual({ problems: [`--kong-admin-token-file is ${missing}, which can't be read`] });
    expect(parseConfig([url, `--kong-admin-token-file=${import.meta.filename}`], {})).toHaveProperty("config");
  });

  test("and all of them are told at once", () => {
    expect(problemsOf(["--log-level=x", "--kong-tag=/", "--nope", "value"])).toHaveLength(4);
  });
});

describe("the help", () => {
  test("shows every flag with its variables, whatever else is wrong", () => {
    for (const argv of [["--help"], ["-h", "--nope"]]) {
      const parsed = parseConfig(argv, {});
      const help = "help" in parsed ? parsed.help : "";
      for (const name of flagNames) {
        expect(help).toContain(`    --${name}=`);
        for (const variable of variablesOf(name)) expect(help).toContain(variable);
      }
      expect(help).toContain("    --kong-admin-timeout=10s:\n\tTime until the whole answer of Kong must be there.\n");
    }
  });

  test("has the version of the package beside it", () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
      version: string;
    };
    expect(parseConfig(["--version"], {})).toEqual({ version: manifest.version });
    expect(version).toBe(manifest.version);
  });

  test("is also a table for the documentation, with one row a flag", () => {
    const [head, line, ...rows] = flagReference().trimEnd().split("\n");
    expect([head, line]).toEqual(["| Flag | Environment | Default | Meaning |", "|---|---|---|---|"]);
    expect(rows).toHaveLength(flagNames.length);
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
    expect(rows[2]).toContain("| `--kong-admin-url` | `DOMAIN_CLAIMS_KONG_ADMIN_URL`, `KONG_ADMIN_URL` |  |");
  });
});
