import { maxHost } from "@domain-claims/crds/host";
import type { Issuer, Solver } from "../world/issuer.ts";
import { shortened } from "./notes.ts";
import { fieldsOf, listOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** Solvers that are kept of an issuer, and names and zones of all of them: whoever may make Issuers writes what they like. */
const most = 1_000;

/**
 * The projection of a ClusterIssuer or an Issuer (cert-manager.io/v1, reference documentation). Throws an Error that names the
 * field which is missing.
 */
export function translateIssuer(kind: Issuer["kind"], raw: Raw): Issuer {
  const metadata = fieldsOf(raw["metadata"]);
  const ready = listOf(fieldsOf(raw["status"])["conditions"])
    .map(fieldsOf)
    .find(({ type }) => type === "Ready");
  const solvers = listOf(fieldsOf(fieldsOf(raw["spec"])["acme"])["solvers"])
    .map(fieldsOf)
    .map(solverOf);
  const names = solvers.flatMap(({ dnsNames, dnsZones }) => [...dnsNames, ...dnsZones]);
  const isMuch = solvers.length + names.length > most || names.some((name) => name.length > maxHost);
  return {
    kind,
    namespace: kind === "Issuer" ? required(metadata, "namespace") : "",
    name: required(metadata, "name"),
    problem: ready?.["status"] === "False" ? shortened(textOf(ready["message"]) ?? "it is not ready") : undefined,
    solvers: isMuch ? [{ type: "DNS-01", dnsNames: [], dnsZones: [] }] : solvers,
  };
}

function solverOf(solver: Raw): Solver {
  const { dnsNames, dnsZones, matchLabels } = fieldsOf(solver["selector"]);
  const type = solver["http01"] === undefined ? "DNS-01" : "HTTP-01";
  // One that labels choose may be for a name, and may not.
  if (Object.keys(fieldsOf(matchLabels)).length > 0) return { type, dnsNames: [], dnsZones: [] };
  return { type, dnsNames: textsOf(dnsNames), dnsZones: textsOf(dnsZones) };
}
