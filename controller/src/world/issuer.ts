import type { IssuerRef } from "./domain-certificate.ts";

/** An issuer of cert-manager (cert-manager.io/v1), as far as orders depend on it. */
export interface Issuer extends IssuerRef {
  /** Empty for a ClusterIssuer. */
  readonly namespace: string;
  /** Why it can't sign now, as its condition `Ready` says; undefined: it can, or nothing is said. */
  readonly problem: string | undefined;
  /** How an ACME issuer has names validated; none: it validates none. */
  readonly solvers: readonly Solver[];
}

/** One way in which names are validated, and for which of them: without any names and zones, for all that no other is for. */
export interface Solver {
  readonly type: "DNS-01" | "HTTP-01";
  readonly dnsNames: readonly string[];
  readonly dnsZones: readonly string[];
}
