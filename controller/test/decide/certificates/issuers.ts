import type { Issuer, Solver } from "../../../src/world/issuer.ts";

function issuer(...solvers: readonly Solver[]): Issuer {
  return { kind: "ClusterIssuer", namespace: "", name: "letsencrypt", problem: undefined, solvers };
}

/** Issuers by how they have names validated. */
export const issuers = {
  /** By DNS-01, in whichever zone a name is. */
  anyZone: issuer({ type: "DNS-01", dnsNames: [], dnsZones: [] }),
  /** By DNS-01, in the zone that is named. */
  ownZone: issuer({ type: "DNS-01", dnsNames: [], dnsZones: ["acme.org"] }),
  http: issuer({ type: "HTTP-01", dnsNames: [], dnsZones: [] }),
} as const;
