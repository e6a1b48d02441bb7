import { ancestors, isWildcard, parentOf } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import type { Facts } from "../world/facts.ts";
import type { Authority, Holder, HostRecord } from "../world/host-record.ts";
import type { Claim } from "../world/claim.ts";
import { delegation } from "./delegation.ts";
import type { Refusal } from "./refusal.ts";
import { restoredHolder } from "./restored.ts";
import type { Settings } from "./settings.ts";
import { forbidden, specHost } from "./spec.ts";
import { isGivenUp, keptFor, tenureBefore } from "./tenure.ts";
import { tooMany } from "./too-many.ts";
import { isGiver, holderNamespaces, takenOverFrom, transferred } from "./transfer.ts";

const holderNow = Symbol("who holds the host now");
const primaryAbove = Symbol("the nearest primary above the host");

/** Whether a claim may hold its host, were the host free. */
export type Eligibility =
  | {
      readonly ok: true;
      readonly host: Host;
      /** Why a primary may stand where it stands; undefined for a shared claim. */
      readonly authority: Authority | undefined;
      /** The namespace whose primary allows the claim, where one does. */
      readonly parent: string | undefined;
    }
  | Refusal;

/**
 * Who holds a host, if that claim may: `unknown` when the caches don't have the claim that the record names (O2a), `kept`
 * when it is kept for its last holder's namespace, or is about to be (N5), `restored` when the record is another cluster's
 * that nobody has adopted (N6).
 */
export type CurrentHolder =
  | { readonly kind: "free" }
  | { readonly kind: "unknown"; readonly last: Holder }
  | { readonly kind: "held"; readonly claim: Claim; readonly record: HostRecord }
  | { readonly kind: "kept"; readonly last: Omit<Holder, "since">; readonly until: string | undefined }
  | { readonly kind: "restored"; readonly last: Holder };

/** How the tenure of a holder ends: why, and for how many milliseconds its namespace may then have the host back. */
export interface TenureEnd {
  readonly reason: string;
  readonly keptMs: number;
}

/**
 * Whether the claim may hold its host (rules H3 to H5, O3, O4), whoever holds it now. The claim that the host's record
 * names keeps what lists forbid only to newcomers, and keeps the authority under which it was granted while that lasts; so
 * does one that has its namespace's host back. One that accepts the host from its holder is a newcomer that stands as freely
 * as the holder did. One that hands a host over takes none.
 */
export function eligibility(facts: Facts, settings: Settings, claim: Claim): Eligibility {
  const spec = specHost(claim);
  if (!spec.ok) return spec;
  const record = facts.record(spec.host);
  const holds = record?.holder?.uid === claim.uid;
  const before = tenureBefore(facts, record, claim);
  if (before === undefined && claim.transferTo !== undefined) return transferred(claim, spec.host, record);
  const never = before !== undefined ? undefined : forbidden(facts, settings, claim, spec.host);
  const refusal = holds ? undefined : (tooMany(facts, claim) ?? never);
  if (refusal !== undefined) return refusal;
  // What the holder was lent from above is not its to hand on: that has to be shared with whoever accepts the host.
  const taken = takenOverFrom(facts, record, claim)?.authority;
  const granted = before?.authority ?? (taken?.kind === "none" ? taken : undefined);
  return claim.sub === undefined
    ? primaryEligibility(facts, settings, claim, spec.host, granted)
    : sharedEligibility(facts, settings, claim, spec.host, spec.primary, holds);
}

/**
 * Who holds the host now, if that claim is OK: the question that everything below the host asks. It is answered once within
 * a decision, so that a decision takes as many steps as there are names above, whatever the tree of shares.
 */
export function currentHolder(facts: Facts, settings: Settings, host: Host): CurrentHolder {
  return facts.once(holderNow, host, () => holderOf(facts, settings, host));
}

function holderOf(facts: Facts, settings: Settings, host: Host): CurrentHolder {
  const record = facts.record(host);
  if (record?.redemption !== undefined)
    return { kind: "kept", last: record.redemption, until: record.redemption.until };
  if (record?.holder === undefined) return { kind: "free" };
  const { holder } = record;
  if (restoredHolder(facts, record) !== undefined) return { kind: "restored", last: holder };
  const claim = facts.claim(holder.namespace, holder.name);
  const end = tenureEnd(facts, settings, host, holder);
  if (end === "unknown") return { kind: "unknown", last: holder };
  if (end !== undefined) return end.keptMs > 0 ? { kind: "kept", last: holder, until: undefined } : { kind: "free" };
  return claim === undefined ? { kind: "unknown", last: holder } : { kind: "held", claim, record };
}

/**
 * Why the claim that the record names may hold the host no longer; undefined if it may, `unknown` if only the API server can
 * tell. Its namespace may have the host back unless it gave it up, or whoever holds the name above does not share it (N5).
 */
export function tenureEnd(
  facts: Facts,
  settings: Settings,
  host: Host,
  holder: Holder,
): TenureEnd | "unknown" | undefined {
  const claim = facts.claim(holder.namespace, holder.name);
  if (facts.isGone(host, holder.uid)) return { reason: "Deleted", keptMs: settings.redemptionMs };
  if (claim?.uid !== holder.uid) return "unknown";
  const spec = specHost(claim);
  // A record that names a claim for another host was not written by us; following it could lead round in circles.
  if (spec.ok && spec.host !== host) return { reason: "Deleted", keptMs: 0 };
  if (claim.deleting) return { reason: "Deleted", keptMs: isGivenUp(claim) ? 0 : settings.redemptionMs };
  const own = eligibility(facts, settings, claim);
  if (own.ok) return undefined;
  const lost = spec.ok && !isRevoked(facts, settings, host, holder);
  return { reason: own.reason, keptMs: lost ? settings.redemptionMs : 0 };
}

/** Whether the host lies below a name whose holder does not share it with the namespace that holds the host, or held it. */
export function isRevoked(
  facts: Facts,
  settings: Settings,
  host: Host,
  { kind, namespace, authority }: Omit<Holder, "since">,
): boolean {
  const from = kind === "shared" ? parentOf(host) : authority?.kind === "none" ? undefined : authority?.host;
  if (from === undefined || !host.endsWith(`.${from}`)) return false;
  const above = currentHolder(facts, settings, from);
  if (above.kind !== "held" || above.claim.sub !== undefined || above.claim.namespace === namespace) return false;
  return isWildcard(host) || delegation(facts, above.claim, above.record, namespace) !== "delegated";
}

/** Rule O3: what encloses a primary decides, unless it was granted before that and nothing has changed since. */
function primaryEligibility(
  facts: Facts,
  settings: Settings,
  claim: Claim,
  host: Host,
  granted: Authority | undefined,
): Eligibility {
  if (granted !== undefined && stillStands(facts, settings, claim, host, granted)) {
    return { ok: true, host, authority: granted, parent: namespaceAbove(granted) };
  }
  const enclosing = nearestPrimary(facts, settings, host);
  if (enclosing === undefined) return { ok: true, host, authority: { kind: "none" }, parent: undefined };
  const { by } = enclosing;
  // Whoever stands here stands until it is known whether what encloses it is still there.
  if (by.kind === "unknown" && granted !== undefined)
    return { ok: true, host, authority: granted, parent: namespaceAbove(granted) };
  const holder = by.kind === "held" ? by.claim : by.last;
  const own =
    holder.namespace === claim.namespace &&
    (by.kind === "held" || (by.kind === "kept" && keptFor(facts, by.last) !== undefined));
  const delegated = own
    ? "delegated"
    : by.kind === "held"
      ? delegation(facts, by.claim, by.record, claim.namespace)
      : "none";
  if (delegated === "delegated") {
    const authority: Authority = {
      kind: own ? "own" : "delegation",
      host: enclosing.host,
      namespace: holder.namespace,
      name: holder.name,
      uid: holder.uid,
    };
    return { ok: true, host, authority, parent: holder.namespace };
  }
  if (by.kind === "restored") {
    const message = claimMessages.enclosedInRestored(host, enclosing.host, holder.namespace);
    return { ok: false, reason: "NotAdopted", message, parent: holder.namespace };
  }
  if (by.kind === "kept" && by.until !== undefined) {
    const message = claimMessages.enclosedInRedemption(host, enclosing.host, holder.namespace, by.until);
    return { ok: false, reason: "InRedemption", message, parent: holder.namespace };
  }
  const { namespace, name } = holder;
  const message =
    delegated === "stale"
      ? claimMessages.staleGrant(enclosing.host, holder.namespace, claim.namespace)
      : claimMessages.parentClaimed(host, enclosing.host, { kind: "primary", namespace, name }, claim.namespace);
  return { ok: false, reason: "ParentClaimed", message, parent: holder.namespace };
}

/** Whether the authority under which a primary was granted is still there. A carve-out's always is. */
function stillStands(facts: Facts, settings: Settings, claim: Claim, host: Host, authority: Authority): boolean {
  if (authority.kind === "none") return true;
  // Authority comes from above; a record that says otherwise was not written by us.
  if (!host.endsWith(`.${authority.host}`)) return false;
  const above = currentHolder(facts, settings, authority.host);
  if (above.kind === "unknown" || above.kind === "restored") return true;
  // What stands below a name that may come back stands until it has, or has not.
  if (above.kind === "kept") return above.last.uid === authority.uid;
  if (above.kind === "free" || above.claim.uid !== authority.uid) return false;
  return authority.kind === "own" || delegation(facts, above.claim, above.record, claim.namespace) === "delegated";
}

function namespaceAbove(authority: Authority): string | undefined {
  return authority.kind === "none" ? undefined : authority.namespace;
}

interface EnclosingPrimary {
  readonly host: Hostname;
  readonly by: Extract<CurrentHolder, { kind: "held" | "kept" | "restored" | "unknown" }>;
}

/** The nearest primary strictly above the host that is OK, in redemption, restored, or perhaps gone; undefined if there is none. */
function nearestPrimary(facts: Facts, settings: Settings, host: Host): EnclosingPrimary | undefined {
  const [above] = ancestors(host);
  if (above === undefined) return undefined;
  return facts.once(primaryAbove, host, () => {
    const by = currentHolder(facts, settings, above);
    if (by.kind === "held" && by.claim.sub === undefined) return { host: above, by };
    if ((by.kind === "kept" || by.kind === "unknown") && by.last.kind === "primary") return { host: above, by };
    if (by.kind === "restored" && by.last.kind === "primary") return { host: above, by };
    return nearestPrimary(facts, settings, above);
  });
}

/** Rule O4: a shared claim needs an OK primary in `parent`, its own or the system namespace, and a grant if that is another's. */
function sharedEligibility(
  facts: Facts,
  settings: Settings,
  claim: Claim,
  host: Host,
  primary: Hostname,
  holds: boolean,
): Eligibility {
  const searched = [...new Set([claim.parent ?? claim.namespace, claim.namespace, settings.systemNamespace])];
  const above = currentHolder(facts, settings, primary);
  if ((above.kind === "unknown" || above.kind === "restored") && holds)
    return { ok: true, host, authority: undefined, parent: undefined };
  if (above.kind === "restored" && above.last.kind === "primary") {
    const { namespace } = above.last;
    const message = claimMessages.enclosedInRestored(host, primary, namespace);
    return { ok: false, reason: "NotAdopted", message, parent: namespace };
  }
  const found =
    above.kind === "held" && holderNamespaces(above.record).some((namespace) => searched.includes(namespace));
  if (above.kind !== "held" || above.claim.sub !== undefined || !found) {
    const heldIn = above.kind === "held" && above.claim.sub === undefined ? above.claim.namespace : undefined;
    const message = claimMessages.domainNotFound(primary, searched, claim.namespace, heldIn);
    return { ok: false, reason: "DomainNotFound", message };
  }
  const parent = above.claim.namespace;
  if (parent === claim.namespace) return { ok: true, host, authority: undefined, parent };
  const refused = (message: string): Refusal => ({ ok: false, reason: "NotDelegated", message, parent });
  // A wildcard stays with the namespace that handed the primary over, while it has a share.
  const kept = holds && isGiver(facts, above.record, claim.namespace);
  if (claim.sub === "*" && !kept) return refused(claimMessages.wildcardNotDelegated(host, parent));
  switch (delegation(facts, above.claim, above.record, claim.namespace)) {
    case "delegated":
      return { ok: true, host, authority: undefined, parent };
    case "stale":
      return refused(claimMessages.staleGrant(primary, parent, claim.namespace));
    case "none":
      return refused(claimMessages.notDelegated(primary, parent, claim.namespace));
  }
}
