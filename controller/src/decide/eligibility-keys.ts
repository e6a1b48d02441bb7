import type { Claim } from "../world/claim.ts";
import type { Facts } from "../world/facts.ts";
import { specHost } from "./spec.ts";
import { holderNamespaces } from "./transfer.ts";

/**
 * What the eligibility of a claim that holds nothing depends on, beside its host: of two claims for one host of which this
 * says the same, both may hold it, or neither, save that the younger may be one more than its namespace may have. Thousands of
 * claims that a tenant makes for one host are so judged at once.
 */
export function eligibilityKeys(facts: Facts): (claim: Claim) => string {
  let sharedFrom: readonly string[] | undefined;
  return (claim) => {
    const { sub, parent, transferTo } = claim;
    // It takes only a host that it may have back (rule N5), for which its kind and its parent count as for any other.
    const namespace = transferTo === undefined ? claim.namespace : `${claim.namespace}/transfer`;
    if (sub === undefined) return namespace;
    if (parent === undefined) return `${namespace}/`;
    const spec = specHost(claim);
    // All shared claims for one host have the same primary.
    sharedFrom ??= spec.ok ? holderNamespaces(facts.record(spec.primary)) : [];
    return sharedFrom.includes(parent) ? `${namespace}/parent` : `${namespace}/`;
  };
}
