import { hostOf } from "@domain-claims/crds/domain";
import type { Phase } from "@domain-claims/crds/domain";
import { labelCount } from "@domain-claims/crds/host";
import type { Host, Hostname } from "@domain-claims/crds/host";
import type { ClaimReason } from "@domain-claims/crds/reasons";

import type { Domain, HostRecord } from "../kube/objects.ts";
import { systemNamespace } from "../kube/resources.ts";
import { isHeld, isKept, holderNamespaces } from "./register.ts";
import type { ToldOthers } from "./told-others.ts";

/** What the controller would say of a claim, as far as the register and public lists tell. */
export interface Forecast {
  readonly phase: Extract<Phase, "OK" | "Failed">;
  readonly reason: ClaimReason;
  readonly message: string;
  /** The namespace whose primary would allow or refuse the claim. */
  readonly parent?: string;
  /** `namespace/name` of the claim that holds the host. */
  readonly holder?: string;
  /** What would make it otherwise, and is not in the register. */
  readonly unless?: string;
}

/** The register's entries that decide about a claim. */
export interface Entries {
  /** The host's. */
  readonly record: HostRecord | undefined;
  /** A shared claim's primary, or the nearest primary above a primary claim that is held or reserved. */
  readonly above: HostRecord | undefined;
}

/** Kong tells wildcards apart by so many labels. */
const mostWildcardLabels = 7;

/** The decision on a claim (rules H3 to H5, O2 to O4, X1) by what its owner may read. */
export async function forecast(claim: Domain, { record, above }: Entries, told: ToldOthers = {}): Promise<Forecast> {
  const host = hostOf(claim.spec) as Host;
  const { claimMessages } = await import("@domain-claims/crds/messages/claims");
  if (claim.spec.sub === "*" && labelCount(host) > mostWildcardLabels)
    return failed("WildcardUnsupported", claimMessages.wildcardTooDeep(host, mostWildcardLabels));
  if (told.tooMany !== undefined) return failed("TooManyClaims", told.tooMany);
  if (claim.spec.sub === undefined && (await isPublicSuffix(host)))
    return {
      ...failed("PublicSuffix", claimMessages.publicSuffix(host)),
      unless: "an administrator allows this suffix",
    };
  const { defaultReserved, matchesReserved } = await import("@domain-claims/crds/reserved");
  const pattern = matchesReserved(host, defaultReserved("cluster.local"));
  if (pattern !== undefined)
    return {
      ...failed("ReservedName", claimMessages.reservedName(host, pattern)),
      unless: "an administrator frees it",
    };
  if (claim.spec.sub === undefined && told.noPrimaries === true)
    return failed("PrimaryNotAllowed", claimMessages.primaryNotAllowed(host, claim.metadata.namespace ?? ""));
  if (isHeld(record) && record.spec.holder.uid !== claim.metadata.uid) {
    const { holder, transfer } = record.spec;
    const { namespace = "" } = claim.metadata;
    const message =
      transfer?.namespace === namespace
        ? claimMessages.acceptable(host, holder, namespace)
        : claimMessages.alreadyClaimed(host, holder);
    return {
      ...failed("AlreadyClaimed", message),
      holder: `${holder.namespace}/${holder.name}`,
    };
  }
  if (isKept(record) && record.spec.redemption.namespace !== claim.metadata.namespace) {
    const { namespace, until } = record.spec.redemption;
    return failed("InRedemption", claimMessages.inRedemption(host, namespace, until));
  }
  return claim.spec.sub === undefined
    ? await primaryForecast(claim, host, above)
    : await sharedForecast(claim, host, above);
}

/** The plugin sees no Kong. */
const notForeseen =
  "Not known before it is claimed: whether routes of others in Kong serve the host, which then stays with them (ForeignHost)";

/** What a claim would be told, in a sentence; and what can't be said of one that would be OK. */
export function outlookText({ phase, reason, message, unless }: Forecast): string {
  const otherwise = unless === undefined ? "" : ` (unless ${unless})`;
  return phase === "OK"
    ? `as far as the register tells, a claim would be OK: ${message}${otherwise}. ${notForeseen}`
    : `as far as the register tells, a claim would be refused: ${reason}: ${message}${otherwise}`;
}

/** Whether the name is a public suffix; the lists are loaded only here. */
export async function isPublicSuffix(host: string): Promise<boolean> {
  const suffix = await import("@domain-claims/crds/suffix");
  return suffix.isPublicSuffix(host as Hostname);
}

async function primaryForecast(claim: Domain, host: Host, above: HostRecord | undefined): Promise<Forecast> {
  const { claimMessages } = await import("@domain-claims/crds/messages/claims");
  const { namespace = "" } = claim.metadata;
  if (isKept(above) && above.spec.redemption.namespace !== namespace) {
    const { namespace: last, until } = above.spec.redemption;
    const message = claimMessages.enclosedInRedemption(host, above.spec.host as Host, last, until);
    return { ...failed("InRedemption", message), parent: last };
  }
  if (!isHeld(above)) return held(claimMessages.held(host, namespace, undefined), undefined);
  const { holder } = above.spec;
  if (holder.namespace === namespace || isGranted(above, namespace))
    return held(claimMessages.held(host, namespace, above.spec.host), holder.namespace);
  return {
    ...failed("ParentClaimed", claimMessages.parentClaimed(host, above.spec.host as Host, holder, namespace)),
    parent: holder.namespace,
    unless: sharedWithAll(holder.namespace),
  };
}

async function sharedForecast(claim: Domain, host: Host, above: HostRecord | undefined): Promise<Forecast> {
  const { claimMessages } = await import("@domain-claims/crds/messages/claims");
  const { namespace = "" } = claim.metadata;
  const primary = claim.spec.primary as Host;
  const searched = [...new Set([claim.spec.parent ?? namespace, namespace, systemNamespace])];
  const primaryHeld = isHeld(above) && above.spec.holder.kind === "primary" ? above : undefined;
  const parent = primaryHeld?.spec.holder.namespace;
  const found = primaryHeld !== undefined && holderNamespaces(primaryHeld).some((name) => searched.includes(name));
  if (parent === undefined || !found)
    return failed("DomainNotFound", claimMessages.domainNotFound(primary, searched, namespace, parent));
  if (parent === namespace) return held(claimMessages.held(host, namespace, undefined), parent);
  if (claim.spec.sub === "*")
    return { ...failed("NotDelegated", claimMessages.wildcardNotDelegated(host, parent)), parent };
  if (isGranted(above, namespace)) return held(claimMessages.held(host, namespace, claim.spec.primary), parent);
  const message = claimMessages.notDelegated(primary, parent, namespace);
  return { ...failed("NotDelegated", message), parent, unless: sharedWithAll(parent) };
}

function isGranted(record: HostRecord | undefined, namespace: string): boolean {
  return record?.spec.grants?.some((grant) => grant.namespace === namespace) === true;
}

/** The register shows grants to namespaces; `*` is only in the primary's spec, which is its namespace's to read. */
function sharedWithAll(owner: string): string {
  return `${owner} shares it with every namespace (*), which the register does not tell`;
}

function held(message: string, parent: string | undefined): Forecast {
  return { phase: "OK", reason: "Held", message, ...(parent === undefined ? {} : { parent }) };
}

function failed(reason: ClaimReason, message: string): Forecast {
  return { phase: "Failed", reason, message };
}
