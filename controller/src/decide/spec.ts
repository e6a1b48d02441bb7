import { labelCount } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import { matchesReserved } from "@domain-claims/crds/reserved";
import { isPublicSuffix } from "@domain-claims/crds/suffix";
import { hostOfClaim } from "../world/claim-host.ts";
import type { Facts } from "../world/facts.ts";
import { matchesSelector } from "../world/label-selector.ts";
import type { Claim } from "../world/claim.ts";
import type { Refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/** What Kong sorts wildcards by has room for this many labels (rule L2a; see plan/kong/cover.ts). */
export const mostWildcardLabels = 7;

/** A claim's host, if its spec is one that anybody could hold; else what is wrong with it. */
export type SpecHost =
  { readonly ok: true; readonly host: Host; readonly primary: Hostname; readonly wildcard: boolean } | Refusal;

/** Reads a claim's host by rules H1 to H4, which depend on nothing but the claim itself. */
export function specHost(claim: Claim): SpecHost {
  const parsed = hostOfClaim(claim);
  if (!parsed.ok) {
    return {
      ok: false,
      reason: "InvalidHost",
      message: claimMessages.invalidHost(parsed.field, parsed.problem.message),
    };
  }
  if (parsed.wildcard && labelCount(parsed.host) > mostWildcardLabels) {
    return {
      ok: false,
      reason: "WildcardUnsupported",
      message: claimMessages.wildcardTooDeep(parsed.host, mostWildcardLabels),
    };
  }
  return parsed;
}

/**
 * Whether the administrator's lists, the selector of who may claim primaries, or the public suffix list keep a host from
 * being newly claimed (rules H3 and H5). Undefined: nothing does. Holders keep what they hold when a list grows.
 */
export function forbidden(facts: Facts, settings: Settings, claim: Claim, host: Host): Refusal | undefined {
  if (claim.sub === undefined && isPublicSuffix(host as Hostname, settings.allowedSuffixes)) {
    return { ok: false, reason: "PublicSuffix", message: claimMessages.publicSuffix(host) };
  }
  const pattern = matchesReserved(host, settings.reservedNames);
  if (pattern !== undefined) {
    return { ok: false, reason: "ReservedName", message: claimMessages.reservedName(host, pattern) };
  }
  if (claim.sub === undefined && !mayClaimPrimaries(facts, settings, claim.namespace)) {
    return { ok: false, reason: "PrimaryNotAllowed", message: claimMessages.primaryNotAllowed(host, claim.namespace) };
  }
  return undefined;
}

function mayClaimPrimaries(facts: Facts, { primaryNamespaces }: Settings, name: string): boolean {
  if (primaryNamespaces.length === 0) return true;
  const labels = facts.namespace(name)?.labels;
  return labels !== undefined && matchesSelector(primaryNamespaces, labels);
}
