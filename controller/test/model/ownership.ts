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
  readonly released: boolean;
  readonly transferTo: string | undefined;
  readonly acceptFrom: string | undefined;
}

/** What users made. */
export interface ModelCluster {
  readonly claims: readonly ModelClaim[];
  /** UID by name. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** Whether a host that was not released is kept for its namespace for a while (N5). */
  readonly redemption: boolean;
}

/** The claim that holds a host, or the one that held it last, for whose namespace it is kept. */
export interface ModelHolding {
  readonly uid: string;
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly namespaceUid: string;
  /** Under whose authority; shared claims have none to remember. */
  readonly authority: ModelAuthority | undefined;
  /** Delegates bound to the namespaces that they meant: name to UID. */
  readonly grants: ReadonlyMap<string, string>;
  /** True in redemption (N5): nobody holds the host. */
  readonly kept: boolean;
  /** The namespace that may accept the host (N4), bound to the one that it meant. */
  readonly transfer: { readonly namespace: string; readonly uid: string } | undefined;
  /** The namespaces that handed the host on, bound as delegates are. */
  readonly givers: readonly ModelGiver[];
}

/** A namespace that handed a host on. */
export interface ModelGiver {
  readonly namespace: string;
  readonly uid: string;
}

/** The claim that encloses a primary, and its host; `none` is nobody's. */
export interface ModelAuthority {
  readonly uid: string;
  readonly host: string;
}

/** Who holds what, by host. */
export type ModelRegister = ReadonlyMap<string, ModelHolding>;

/** The authority of a carve-out. */
export const none: ModelAuthority = { uid: "none", host: "" };
const shared: ModelAuthority = { uid: "shared", host: "" };
const systemNamespace = "kong-system";

/** `sub` + "." + `primary`, or `primary`. */
export function hostOf(claim: ModelClaim): string {
  return claim.sub === undefined ? claim.primary : `${claim.sub}.${claim.primary}`;
}

/** The authority under which a claim may hold its host now, were it free; undefined if it may not. */
export function authorityOf(
  cluster: ModelCluster,
  register: ModelRegister,
  claim: ModelClaim,
): ModelAuthority | undefined {
  if (claim.deleting) return undefined;
  const holding = register.get(hostOf(claim));
  const back = holding?.kept === true && isKeptFor(cluster, holding, claim) && kindOf(claim) === holding.kind;
  const before = back || (holding?.kept === false && holding.uid === claim.uid) ? holding : undefined;
  // N4: who hands a host over waits for none.
  if (before === undefined && claim.transferTo !== undefined) return undefined;
  // H3: a public suffix is for nobody; who held it before the list said so keeps it.
  if (before === undefined && claim.sub === undefined && isPublicSuffix(claim.primary as Hostname)) return undefined;
  // N4: who accepts a host stands as freely as its holder, and no further up than it is shared with.
  const given = accepts(cluster, holding, claim) && holding?.authority?.uid === none.uid ? none : undefined;
  return claim.sub === undefined
    ? primaryAuthority(cluster, register, claim, before?.authority ?? given)
    : sharedAuthority(cluster, register, claim);
}

/** O3. */
function primaryAuthority(
  cluster: ModelCluster,
  register: ModelRegister,
  claim: ModelClaim,
  granted: ModelAuthority | undefined,
): ModelAuthority | undefined {
  // Granted when nothing enclosed it: a carve-out is never lost to what comes above it later.
  if (granted?.uid === none.uid) return none;
  // Granted under an enclosing primary: stands for as long as that one does and allows it, or may come back (N5).
  const above = cluster.claims.find(({ uid }) => uid === granted?.uid);
  if (above !== undefined && isHolder(cluster, register, above) && allows(cluster, register, above, claim.namespace)) {
    return granted;
  }
  if (granted !== undefined && keeper(cluster, register, granted.host)?.uid === granted.uid) return granted;
  // Otherwise the nearest enclosing primary decides, whoever's it is: one that may come back encloses, too.
  for (const host of namesAbove(claim.primary)) {
    const enclosing = primaryOf(cluster, register, host);
    if (enclosing !== undefined) {
      return allows(cluster, register, enclosing, claim.namespace) ? { uid: enclosing.uid, host } : undefined;
    }
    const kept = keeper(cluster, register, host);
    if (kept?.kind === "primary") return isKeptFor(cluster, kept, claim) ? { uid: kept.uid, host } : undefined;
  }
  return none;
}

/** O4: an OK primary in `parent`, the own or the system namespace, which is the own or allows it; H4: a wildcard is not delegated. */
function sharedAuthority(
  cluster: ModelCluster,
  register: ModelRegister,
  claim: ModelClaim,
): ModelAuthority | undefined {
  const searched = [claim.parent, claim.namespace, systemNamespace];
  const primary = primaryOf(cluster, register, claim.primary);
  if (primary === undefined) return undefined;
  // N4: who handed the primary on is found by its name, too, and keeps its wildcard for as long as it has a share.
  const givers = register.get(claim.primary)?.givers ?? [];
  if (![primary, ...givers].some(({ namespace }) => searched.includes(namespace))) return undefined;
  const holds = register.get(hostOf(claim));
  const gave = givers.some(({ namespace, uid }) => namespace === claim.namespace && cluster.namespaces.get(namespace) === uid); // prettier-ignore
  const keeps = holds?.kept === false && holds.uid === claim.uid && gave;
  const allowed =
    primary.namespace === claim.namespace ||
    ((claim.sub !== "*" || keeps) && allows(cluster, register, primary, claim.namespace));
  return allowed ? shared : undefined;
}

/** N4: true if the claim says that it takes the host from its holder, which still hands it over to the claim's namespace. */
export function accepts(cluster: ModelCluster, holding: ModelHolding | undefined, claim: ModelClaim): boolean {
  const giver = cluster.claims.find(({ uid }) => uid === holding?.uid);
  if (holding?.kept !== false || giver === undefined || giver.deleting || giver.uid === claim.uid) return false;
  const { namespace, uid } = holding.transfer ?? {};
  const asked = giver.transferTo === namespace && claim.namespace === namespace && uid !== undefined;
  const accepted = claim.acceptFrom === giver.namespace && claim.transferTo === undefined && !claim.deleting;
  return asked && accepted && kindOf(claim) === holding.kind && cluster.namespaces.get(claim.namespace) === uid;
}

/** O2a: only a claim that the register names, and that may hold, counts. */
function isHolder(cluster: ModelCluster, register: ModelRegister, claim: ModelClaim): boolean {
  const holding = register.get(hostOf(claim));
  return holding?.kept === false && holding.uid === claim.uid && authorityOf(cluster, register, claim) !== undefined;
}

/** The primary that holds the host. */
function primaryOf(cluster: ModelCluster, register: ModelRegister, host: string): ModelClaim | undefined {
  return cluster.claims.find(
    (claim) => claim.sub === undefined && claim.primary === host && isHolder(cluster, register, claim),
  );
}

/** N5: for whom a host is kept, or will be as soon as its routes are gone. */
function keeper(cluster: ModelCluster, register: ModelRegister, host: string): ModelHolding | undefined {
  const holding = register.get(host);
  if (holding === undefined || holding.kept) return holding;
  return ending(cluster, register, host, holding) === "kept" ? holding : undefined;
}

/** How a tenure ends, if it does: what its owner gave up, or whoever holds the name above took back, is free at once. */
function ending(
  cluster: ModelCluster,
  register: ModelRegister,
  host: string,
  holding: ModelHolding,
): "free" | "kept" | undefined {
  const claim = cluster.claims.find(({ uid }) => uid === holding.uid);
  const kept = cluster.redemption ? "kept" : "free";
  // O2a, O5: who may hold no longer, or is gone, holds no longer.
  if (claim === undefined) return kept;
  if (claim.deleting) return claim.released ? "free" : kept;
  if (authorityOf(cluster, register, claim) !== undefined) return undefined;
  return isRevoked(cluster, register, host, holding) ? "free" : kept;
}

/** The name above is somebody's who does not share it with the holder. */
export function isRevoked(
  cluster: ModelCluster,
  register: ModelRegister,
  host: string,
  { kind, authority, namespace }: ModelHolding,
): boolean {
  const from = kind === "shared" ? namesAbove(host)[0] : authority?.host;
  const above = from === undefined ? undefined : primaryOf(cluster, register, from);
  if (above === undefined || above.namespace === namespace) return false;
  return host.startsWith("*.") || !allows(cluster, register, above, namespace);
}

function isKeptFor(cluster: ModelCluster, kept: ModelHolding, { namespace }: ModelClaim): boolean {
  return cluster.namespaces.get(namespace) === kept.namespaceUid;
}

function kindOf(claim: ModelClaim): "primary" | "shared" {
  return claim.sub === undefined ? "primary" : "shared";
}

/** The names strictly above, nearest first. */
function namesAbove(host: string): readonly string[] {
  const labels = host.split(".");
  return labels.slice(1).map((_, i) => labels.slice(i + 1).join("."));
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
  for (const [host, holding] of register) {
    if (holding.kept) {
      if (endsEarly(cluster, register, host, holding)) changed.push(changedTo(register, host, undefined));
      continue;
    }
    const end = ending(cluster, register, host, holding);
    if (end !== undefined) {
      changed.push(changedTo(register, host, end === "kept" ? { ...holding, kept: true } : undefined));
      continue;
    }
    const claim = cluster.claims.find(({ uid }) => uid === holding.uid);
    const authority = claim === undefined ? undefined : authorityOf(cluster, register, claim);
    if (claim === undefined || authority === undefined) continue;
    const grants = bindings(cluster, claim, holding.grants);
    const remembered = claim.sub === undefined ? authority : undefined;
    const transfer = transferBy(cluster, claim, holding.transfer);
    const same = text(grants) === text(holding.grants) && transfer?.uid === holding.transfer?.uid;
    if (remembered?.uid !== holding.authority?.uid || !same || transfer?.namespace !== holding.transfer?.namespace) {
      changed.push(changedTo(register, host, { ...holding, authority: remembered, grants, transfer }));
    }
    const heir = oldest(cluster, register, host, (one) => accepts(cluster, holding, one));
    if (heir !== undefined) {
      const { namespace, namespaceUid } = holding;
      const before = holding.givers.filter((giver) => giver.namespace !== namespace);
      const givers = [{ namespace, uid: namespaceUid }, ...before].filter((one) => one.namespace !== heir.namespace);
      changed.push(changedTo(register, host, { ...heldBy(cluster, register, heir, holding), givers }));
    }
  }
  for (const host of new Set(cluster.claims.map(hostOf))) {
    const kept = register.get(host);
    if (kept?.kept === false) continue;
    // O2: the oldest of those that may hold it; N5: of those for which it is kept.
    const next = oldest(cluster, register, host, (one) => kept === undefined || isKeptFor(cluster, kept, one));
    if (next === undefined) continue;
    const givers = kept?.kind === kindOf(next) ? kept.givers : [];
    changed.push(changedTo(register, host, { ...heldBy(cluster, register, next, kept), givers }));
  }
  return changed;
}

/** The oldest claim, by creation time and then UID, of those that may hold the host and for which it is `free`. */
function oldest(
  cluster: ModelCluster,
  register: ModelRegister,
  host: string,
  free: (claim: ModelClaim) => boolean,
): ModelClaim | undefined {
  return cluster.claims
    .filter((claim) => hostOf(claim) === host && authorityOf(cluster, register, claim) !== undefined)
    .filter(free)
    .sort((a, b) => (a.created === b.created ? (a.uid < b.uid ? -1 : 1) : a.created < b.created ? -1 : 1))[0];
}

/** What the register says of a claim that has just taken its host; `before` is who had it, or may have had it back. */
function heldBy(
  cluster: ModelCluster,
  register: ModelRegister,
  claim: ModelClaim,
  before: ModelHolding | undefined,
): Omit<ModelHolding, "givers"> {
  const { uid, namespace } = claim;
  const namespaceUid = cluster.namespaces.get(namespace) ?? "";
  const authority = claim.sub === undefined ? authorityOf(cluster, register, claim) : undefined;
  const grants = bindings(cluster, claim, before?.grants ?? new Map());
  // N5: what a host in redemption was handed over to, it still is when its namespace has it back.
  const transfer = transferBy(cluster, claim, before?.transfer);
  return { uid, kind: kindOf(claim), namespace, namespaceUid, authority, grants, kept: false, transfer };
}

/** N4, O7: the namespace that a host is handed over to is bound as a delegate is. */
function transferBy(
  cluster: ModelCluster,
  claim: ModelClaim,
  bound: ModelHolding["transfer"],
): ModelHolding["transfer"] {
  const namespace = claim.transferTo;
  if (namespace === undefined) return undefined;
  const uid = bound?.namespace === namespace ? bound.uid : cluster.namespaces.get(namespace);
  return uid === undefined ? undefined : { namespace, uid };
}

/** Every single change that time may bring: nobody knows here how late it is, so any redemption may end. */
export function endsByTime(register: ModelRegister): readonly ModelRegister[] {
  return [...register].filter(([, { kept }]) => kept).map(([host]) => changedTo(register, host, undefined));
}

/** N5: a redemption ends with its namespace, when the name above is shared no longer, or when the host is given up. */
function endsEarly(cluster: ModelCluster, register: ModelRegister, host: string, kept: ModelHolding): boolean {
  if (cluster.namespaces.get(kept.namespace) !== kept.namespaceUid) return true;
  return isGivenUp(cluster, host, kept) || isRevoked(cluster, register, host, kept);
}

/** The namespace that had the host gives it up on purpose. */
export function isGivenUp(cluster: ModelCluster, host: string, { namespace }: ModelHolding): boolean {
  return cluster.claims.some(
    (claim) => claim.namespace === namespace && hostOf(claim) === host && claim.deleting && claim.released,
  );
}

function changedTo(register: ModelRegister, host: string, holding: ModelHolding | undefined): ModelRegister {
  const after = new Map(register);
  if (holding === undefined) after.delete(host);
  else after.set(host, holding);
  return after;
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
    .map(([host, { uid, authority, grants, kept, transfer, givers }]) => {
      const to = transfer === undefined ? "" : ` to ${transfer.namespace}=${transfer.uid}`;
      const from =
        givers.length === 0 ? "" : ` from ${givers.map(({ namespace, uid }) => `${namespace}=${uid}`).join()}`;
      return `${host} ${kept ? "kept for " : ""}${uid} ${authority?.uid ?? "-"} ${text(grants)}${from}${to}`;
    })
    .sort()
    .join("\n");
}

function text(grants: ReadonlyMap<string, string>): string {
  return [...grants]
    .map(([name, uid]) => `${name}=${uid}`)
    .sort()
    .join();
}
