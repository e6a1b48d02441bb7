import type { OrderSettings } from "../decide/certificates/limits.ts";
import type { Settings } from "../decide/settings.ts";
import type { LoadBalancerAddress } from "../world/core-v1.ts";
import type { Limits } from "../world/limits.ts";

/** Everything that an administrator can set, checked. Durations are milliseconds. */
export interface Config {
  readonly kubernetes: { readonly kubeconfig: string | undefined; readonly context: string | undefined };
  readonly kong: {
    readonly url: string;
    readonly tokenFile: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
    readonly caFile: string | undefined;
    readonly clientCertFile: string | undefined;
    readonly clientKeyFile: string | undefined;
    readonly tlsServerName: string | undefined;
    readonly insecureSkipTlsVerify: boolean;
    readonly timeoutMs: number;
    /** Most writes, and most removals, at once. */
    readonly concurrency: number;
    /** How often everything with our tag is listed; 0 = never. */
    readonly resyncMs: number;
    /** The gateway's own addresses, which are asked for proof. */
    readonly proxyUrls: readonly string[];
    /** How long a change is waited for where there are none; undefined: as Kong's own settings have it. */
    readonly settleMs: number | undefined;
    /** Whether hosts that foreign routes name are looked for, at each of these listings. */
    readonly foreignHosts: boolean;
  };
  /** What decisions depend on. */
  readonly settings: Settings;
  /** How much of what tenants write is taken in. */
  readonly limits: Limits;
  /** What goes to the status of accepted sources. */
  readonly publish:
    | { readonly kind: "nothing" }
    | { readonly kind: "addresses"; readonly addresses: readonly LoadBalancerAddress[] }
    | { readonly kind: "service"; readonly namespace: string; readonly name: string };
  /** What certificates are ordered by; undefined: none are. */
  readonly orders: OrderSettings | undefined;
  readonly records: { readonly retentionMs: number; readonly releasedPerNamespace: number };
  readonly leaderElection: {
    readonly enabled: boolean;
    readonly namespace: string;
    readonly name: string;
    readonly leaseDurationMs: number;
    readonly renewDeadlineMs: number;
    readonly retryPeriodMs: number;
  };
  /** `only`: nothing is written, and what would be is printed; with `watch` whenever that is something else. */
  readonly report: { readonly only: boolean; readonly watch: boolean; readonly format: "text" | "json" };
  /** What is done before the controller is removed, in place of running it; undefined: it runs. */
  readonly beforeUninstall: { readonly claims: "wait" | "delete"; readonly timeoutMs: number } | undefined;
  readonly health: { readonly host: string; readonly port: number };
  /** Undefined: no debug pages are served. */
  readonly debug: { readonly host: string; readonly port: number } | undefined;
  readonly log: { readonly level: "debug" | "info" | "warn" | "error"; readonly format: "json" | "text" };
}
