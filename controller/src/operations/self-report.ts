import { leaseAnnotations } from "@domain-claims/crds/domain";
import type { Check } from "./health.ts";

/** What is told of these also while it is well. */
const always: ReadonlySet<string> = new Set(["kong", "proof", "publish-service", "issuer"]);

/** Characters of a check's detail that are told. */
const mostDetail = 300;

/**
 * What the leader tells everybody who may read its Lease: its version, which classes it serves, how Kong and the proof are, and
 * whatever is not well. Most people can reach neither its health endpoint nor its logs, nor its settings.
 */
export function selfReport(
  version: string,
  { ingressClass, ingressController }: { readonly ingressClass: string; readonly ingressController: string },
  checks: readonly Check[],
): Readonly<Record<string, string>> {
  const told = checks
    .filter(({ name, ok, warns = false }) => always.has(name) || !ok || warns)
    .map(({ name, ok, warns = false, detail }) => ({ name, ok, warns, detail: detail.slice(0, mostDetail) }));
  return {
    [leaseAnnotations.version]: version,
    [leaseAnnotations.ingressClass]: ingressClass,
    [leaseAnnotations.ingressController]: ingressController,
    [leaseAnnotations.checks]: JSON.stringify(told),
  };
}
