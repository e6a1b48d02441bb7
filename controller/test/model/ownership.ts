/**
 * The rules of ownership, written once more: small, slow, without an index and without a memory but the register itself.
 * Who wants to know what O3 means in a corner reads it here. The controller is compared with it for random histories.
 *
 * A state is a cluster (what users made) and a register (who holds what). `steps` are the single changes that the rules
 * ask of the register; a register for which they ask nothing is settled. Where several steps are due, their order is
 * free, so a history may have several settled outcomes: `AllowedRegisters` follows them all.
 */
import { isPublicSuffix } from "@domain-claims/crds/suffix";
import type { Hostname } from "@domain-claims/crds/hostname";

/** A claim, as its owner wrote it. */
export interface ModelClaim {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly primary: string;
  readonly sub: string | undefined;
  readonly parent: string | undefined;
  readonly delegates: readonly string[];
  readonly created: string;
  readonly deleting: boolean;
}

/** What users made. */
export interface ModelCluster {
  readonly claims: readonly ModelClaim[];
  /** UID by name. */
  readonly namespaces: ReadonlyMap<string, string>;
}

/** Who holds a host, and under whose authority (the UID of the claim that encloses it, or "none"; shared claims have none to remember). */
export interface ModelHolding {
  readonly uid: string;
  readonly authority: string | undefined;
  /** Delegates bound to the namespaces that they meant: name to UID. */
  readonly grants: ReadonlyMap<string, string>;
}

/** Who holds what, by host. */
export type ModelRegister = ReadonlyMap<string, ModelHolding>;

const systemNamespace = "kong-system";

/** `sub` + "." + `primary`, or `primary`. */
export function hostOf(claim: ModelClaim): string {
  return claim.sub === undefined ? claim.primary : `${claim.sub}.${claim.primary}`;
}

/** The authority under which a claim may hold its host now; undefined if it may not. */
export function authorityOf(cluster: ModelCluster, register: ModelRegister, claim: ModelClaim): string | undefined {
  if (claim.deleting) return undefined;
  const holding = register.get(hostOf(claim));
  const holds = holding?.uid === claim.uid;
  // H3: a public suffix is for nobody; who held it before the list said so keeps it.
  if (!holds && claim.sub === undefined && isPublicSuffix(claim.primary as Hostname)) return undefined;
  return claim.sub === undefined
    ? primaryAuthority(cluster, register, claim, holds ? holding.authority : undefined)
    : sharedAuthority(cluster, register, claim);
}

/** O3. */
function primaryAuthority(
  cluster: ModelCluster,
  register: ModelRegister,
  claim: ModelClaim,
  granted: string | undefined,
): string | undefined {
  // Granted when nothing enclosed it: a carve-out is never lost to what comes above it later.
  if (granted === "none") return granted;
  // Granted under an enclosing primary: stands for as long as that one does and allows it.
  const above = cluster.claims.find(({ uid }) => uid === granted);
  if (above !== undefined && isHolder(cluster, register, above) && allows(cluster, register, above, claim.namespace)) {
    return granted;
  }
  // Otherwise the nearest enclosing primary decides, whoever's it is.
  const enclosing = cluster.claims
    .filter((other) => other.sub === undefined && claim.primary.endsWith(`.${other.primary}`))
    .filter((other) => isHolder(cluster, register, other))
    .sort((a, b) => b.primary.length - a.primary.length)[0];
  if (enclosing === undefined) return "none";
  return allows(cluster, register, enclosing, claim.namespace) ? enclosing.uid : undefined;
}

/** O4: an OK primary in `parent`, the own or the system namespace, which is the own or allows it; H4: a wildcard is not delegated. */
function sharedAuthority(cluster: ModelCluster, register: ModelRegister, claim: ModelClaim): string | undefined {
  const searched = [claim.parent, claim.namespace, systemNamespace];
  const primary = cluster.claims.find(
    (other) =>
      other.sub === undefined &&
      other.primary === claim.primary &&
      searched.includes(other.namespace) &&
      isHolder(cluster, register, other),
  );
  if (primary === undefined) return undefined;
  const allowed =
    primary.namespace === claim.namespace || (claim.sub !== "*" && allows(cluster, register, primary, claim.namespace));
  return allowed ? "shared" : undefined;
}

/** O2a: only a claim that the register names, and that may hold, counts. */
function isHolder(cluster: ModelCluster, register: ModelRegister, claim: ModelClaim): boolean {
  return register.get(hostOf(claim))?.uid === claim.uid && authorityOf(cluster, register, claim) !== undefined;
}

/** O7: a delegate's name counts for the namespace that it was bound to, and for no later one of that name. */
function allows(cluster: ModelCluster, register: ModelRegister, primary: ModelClaim, namespace: string): boolean {
  if (primary.namespace === namespace || primary.delegates.includes("*")) return true;
  const bound = register.get(hostOf(primary))?.grants.get(namespace);
  return primary.delegates.includes(namespace) && bound !== undefined && bound === cluster.namespaces.get(namespace);
}

/** Every single change that the rules ask of the register now, each as the register after it. */
export function steps(cluster: ModelCluster, register: ModelRegister): readonly ModelRegister[] {
  const changed: ModelRegister[] = [];
  const change = (host: string, holding: ModelHolding | undefined): void => {
    const after = new Map(register);
    if (holding === undefined) after.delete(host);
    else after.set(host, holding);
    changed.push(after);
  };
  for (const [host, holding] of register) {
    const claim = cluster.claims.find(({ uid }) => uid === holding.uid);
    const authority = claim === undefined ? undefined : authorityOf(cluster, register, claim);
    if (claim === undefined || authority === undefined) {
      // O2a, O5: who may hold no longer, or is gone, holds no longer.
      change(host, undefined);
      continue;
    }
    const grants = bindings(cluster, claim, holding.grants);
    const remembered = claim.sub === undefined ? authority : undefined;
    if (remembered !== holding.authority || text(grants) !== text(holding.grants)) {
      change(host, { ...holding, authority: remembered, grants });
    }
  }
  for (const host of new Set(cluster.claims.map(hostOf))) {
    if (register.has(host)) continue;
    // O2: the oldest of those that may hold it, by creation time and then UID.
    const next = cluster.claims
      .filter((claim) => hostOf(claim) === host && authorityOf(cluster, register, claim) !== undefined)
      .sort((a, b) => (a.created === b.created ? (a.uid < b.uid ? -1 : 1) : a.created < b.created ? -1 : 1))[0];
    if (next === undefined) continue;
    const authority = next.sub === undefined ? authorityOf(cluster, register, next) : undefined;
    change(host, { uid: next.uid, authority, grants: bindings(cluster, next, new Map()) });
  }
  return changed;
}

/** O7: a delegate is bound to the first namespace of its name that is seen, and stays bound while it is named. */
function bindings(
  cluster: ModelCluster,
  primary: ModelClaim,
  bound: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const grants = new Map<string, string>();
  for (const name of [...primary.delegates].sort()) {
    const uid = bound.get(name) ?? cluster.namespaces.get(name);
    if (name !== "*" && name !== primary.namespace && uid !== undefined) grants.set(name, uid);
  }
  return grants;
}

/** The register as a text, the same for the same register. */
export function describeRegister(register: ModelRegister): string {
  return [...register]
    .map(([host, { uid, authority, grants }]) => `${host} ${uid} ${authority ?? "-"} ${text(grants)}`)
    .sort()
    .join("\n");
}

function text(grants: ReadonlyMap<string, string>): string {
  return [...grants]
    .map(([name, uid]) => `${name}=${uid}`)
    .sort()
    .join();
}
