import type { Facts } from "../world/facts.ts";
import { compareText } from "../world/compare.ts";
import type { Claim } from "../world/claim.ts";
import type { Grant, HostRecord } from "../world/host-record.ts";

/** How a primary stands to a namespace: shared with it, shared with an earlier namespace of that name, or not at all. */
export type Delegation = "delegated" | "stale" | "none";

/**
 * Whether the primary is shared with the namespace (rule O7). A delegate's name counts once the record has bound it to a
 * namespace's UID, and only for the namespace with that UID; `*` is not bound.
 */
export function delegation(facts: Facts, primary: Claim, record: HostRecord, namespace: string): Delegation {
  if (primary.delegates.includes("*")) return "delegated";
  if (!primary.delegates.includes(namespace)) return "none";
  const bound = record.grants.find((grant) => grant.namespace === namespace);
  if (bound === undefined) return "none";
  return bound.uid === facts.namespace(namespace)?.uid ? "delegated" : "stale";
}

/**
 * The grants that the primary's record should have: a delegate that is bound stays bound for as long as it is named, even
 * when its namespace is gone; one that is not yet is bound to the namespace that has its name now, if there is one.
 */
export function desiredGrants(facts: Facts, primary: Claim, bound: readonly Grant[]): readonly Grant[] {
  const grants: Grant[] = [];
  const uids = new Map(bound.map(({ namespace, uid }) => [namespace, uid]));
  for (const name of named(primary)) {
    const uid = uids.get(name) ?? facts.namespace(name)?.uid;
    if (uid !== undefined) grants.push({ namespace: name, uid });
  }
  return grants;
}

/** The delegates that mean nobody now: `missing` never met their namespace, `stale` outlived theirs. */
export function unresolved(
  facts: Facts,
  primary: Claim,
  bound: readonly Grant[],
): { readonly missing: readonly string[]; readonly stale: readonly string[] } {
  const missing: string[] = [];
  const stale: string[] = [];
  const uids = new Map(bound.map(({ namespace, uid }) => [namespace, uid]));
  for (const name of named(primary)) {
    const granted = uids.get(name);
    const uid = facts.namespace(name)?.uid;
    if (granted !== undefined && granted !== uid) stale.push(name);
    else if (uid === undefined) missing.push(name);
  }
  return { missing, stale };
}

/** True if both lists say the same. */
export function sameGrants(a: readonly Grant[], b: readonly Grant[]): boolean {
  return a.length === b.length && a.every((grant, i) => grant.namespace === b[i]?.namespace && grant.uid === b[i].uid);
}

/** The namespaces that the primary names, but its own and `*`, sorted. */
function named(primary: Claim): readonly string[] {
  return [...new Set(primary.delegates)].filter((name) => name !== "*" && name !== primary.namespace).sort(compareText);
}
