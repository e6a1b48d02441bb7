import { ancestors } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages";
import type { Facts } from "../world/facts.ts";
import type { Authority, Claim, HostRecord } from "../world/types.ts";
import { delegation } from "./delegation.ts";
import type { Refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import { forbidden, specHost } from "./spec.ts";
import { tooMany } from "./too-many.ts";

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

/** Who holds a host, if that claim may: `unknown` when the caches don't have the claim that the record names (O2a). */
export type CurrentHolder =
  | { readonly kind: "free" }
  | { readonly kind: "unknown" }
  | { readonly kind: "held"; readonly claim: Claim; readonly record: HostRecord };

/**
 * Whether the claim may hold its host (rules H3 to H5, O3, O4), whoever holds it now. The claim that the host's record
 * names keeps what lists forbid only to newcomers, and keeps the authority under which it was granted while that lasts.
 */
export function eligibility(facts: Facts, settings: Settings, claim: Claim): Eligibility {
  const spec = specHost(claim);
  if (!spec.ok) return spec;
  const record = facts.record(spec.host);
  const holds = record?.holder?.uid === claim.uid;
  const refusal = holds ? undefined : (tooMany(facts, claim) ?? forbidden(facts, settings, claim, spec.host));
  if (refusal !== undefined) return refusal;
  return claim.sub === undefined
    ? primaryEligibility(facts, settings, claim, spec.host, holds ? record?.holder?.authority : undefined)
    : sharedEligibility(facts, settings, claim, spec.host, spec.primary, holds);
}

/**
 * What the standing of a claim that holds nothing depends on, beside its host: of two claims for one host of which this
 * says the same, both may hold it, or neither, save that the younger may be one more than its namespace may have. Thousands of claims that a tenant makes for one host are so judged at once.
 */
export function eligibilityKeys(facts: Facts): (claim: Claim) => string {
  let sharedFrom: { readonly namespace: string | undefined } | undefined;
  return (claim) => {
    const { namespace, sub, parent } = claim;
    if (sub === undefined) return namespace;
    if (parent === undefined) return `${namespace}/`;
    const spec = specHost(claim);
    // All shared claims for one host have the same primary.
    sharedFrom ??= { namespace: spec.ok ? facts.record(spec.primary)?.holder?.namespace : undefined };
    return parent === sharedFrom.namespace ? `${namespace}/parent` : `${namespace}/`;
  };
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
  if (record?.holder === undefined) return { kind: "free" };
  const { namespace, name, uid } = record.holder;
  const claim = facts.claim(namespace, name);
  if (facts.isGone(host, uid)) return { kind: "free" };
  if (claim?.uid !== uid) return { kind: "unknown" };
  // A record that names a claim for another host was not written by us; following it could lead round in circles.
  const spec = specHost(claim);
  if (claim.deleting || !spec.ok || spec.host !== host) return { kind: "free" };
  return eligibility(facts, settings, claim).ok ? { kind: "held", claim, record } : { kind: "free" };
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
    return { ok: true, host, authority: granted, parent: parentOf(granted) };
  }
  const enclosing = nearestPrimary(facts, settings, host);
  if (enclosing === undefined) return { ok: true, host, authority: { kind: "none" }, parent: undefined };
  const holder = enclosing.held.claim;
  const own = holder.namespace === claim.namespace;
  const delegated = own ? "delegated" : delegation(facts, holder, enclosing.held.record, claim.namespace);
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
  const message =
    delegated === "stale"
      ? claimMessages.staleGrant(enclosing.host, holder.namespace, claim.namespace)
      : claimMessages.parentClaimed(host, enclosing.host, { kind: "primary", ...holder }, claim.namespace);
  return { ok: false, reason: "ParentClaimed", message, parent: holder.namespace };
}

/** Whether the authority under which a primary was granted is still there. A carve-out's always is. */
function stillStands(facts: Facts, settings: Settings, claim: Claim, host: Host, authority: Authority): boolean {
  if (authority.kind === "none") return true;
  // Authority comes from above; a record that says otherwise was not written by us.
  if (!host.endsWith(`.${authority.host}`)) return false;
  const above = currentHolder(facts, settings, authority.host);
  if (above.kind === "unknown") return true;
  if (above.kind === "free" || above.claim.uid !== authority.uid) return false;
  return authority.kind === "own" || delegation(facts, above.claim, above.record, claim.namespace) === "delegated";
}

function parentOf(authority: Authority): string | undefined {
  return authority.kind === "none" ? undefined : authority.namespace;
}

interface EnclosingPrimary {
  readonly host: Hostname;
  readonly held: Extract<CurrentHolder, { kind: "held" }>;
}

/** The nearest OK primary strictly above the host; undefined if there is none. */
function nearestPrimary(facts: Facts, settings: Settings, host: Host): EnclosingPrimary | undefined {
  const [above] = ancestors(host);
  if (above === undefined) return undefined;
  return facts.once(primaryAbove, host, () => {
    const held = currentHolder(facts, settings, above);
    if (held.kind === "held" && held.claim.sub === undefined) return { host: above, held };
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
  if (above.kind === "unknown" && holds) return { ok: true, host, authority: undefined, parent: undefined };
  if (above.kind !== "held" || above.claim.sub !== undefined || !searched.includes(above.claim.namespace)) {
    const heldIn = above.kind === "held" && above.claim.sub === undefined ? above.claim.namespace : undefined;
    const message = claimMessages.domainNotFound(primary, searched, claim.namespace, heldIn);
    return { ok: false, reason: "DomainNotFound", message };
  }
  const parent = above.claim.namespace;
  if (parent === claim.namespace) return { ok: true, host, authority: undefined, parent };
  const refused = (message: string): Refusal => ({ ok: false, reason: "NotDelegated", message, parent });
  if (claim.sub === "*") return refused(claimMessages.wildcardNotDelegated(host, parent));
  switch (delegation(facts, above.claim, above.record, claim.namespace)) {
    case "delegated":
      return { ok: true, host, authority: undefined, parent };
    case "stale":
      return refused(claimMessages.staleGrant(primary, parent, claim.namespace));
    case "none":
      return refused(claimMessages.notDelegated(primary, parent, claim.namespace));
  }
}
