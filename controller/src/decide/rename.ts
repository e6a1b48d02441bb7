import { isWildcard } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { renameMessages } from "@domain-claims/crds/messages/conditions";
import type { RenameReason } from "@domain-claims/crds/reasons";
import { hostOfClaim } from "../world/claim-host.ts";
import type { Facts } from "../world/facts.ts";
import { mostFormerNames } from "../world/host-record.ts";
import type { Claim } from "../world/claim.ts";
import type { FormerName, Holder, HostRecord, Renaming } from "../world/host-record.ts";
import type { Stage } from "../world/claim-status.ts";
import { formerNames } from "./former-names.ts";
import { renameProgress } from "./rename-progress.ts";
import { givenWay, holdsHost, isRedirectedByRename, mayReplace, renameUnderWay } from "./rename-under-way.ts";

/** What of a rename is to be written into a host's record; the times are added by who writes it. */
export type RenameStep =
  /** The host begins to be replaced by another. */
  | { readonly kind: "begin"; readonly to: Omit<Renaming, "since" | "done"> }
  /** The other one serves all that this one does: this one gives way. */
  | { readonly kind: "done" }
  /** The other one is lost, or its claim is: this one serves as it did before. */
  | { readonly kind: "undo" }
  /** The host replaces another, and what names that had; without a time: from now on. */
  | { readonly kind: "follow"; readonly names: readonly (FormerName | Pick<FormerName, "host">)[] };

/** What a claim that renames another is told. */
export interface RenameVerdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: RenameReason;
  readonly message: string;
  /** How far it is; undefined: it is over, and the claim's stage is that of its own host. */
  readonly stage: Stage | undefined;
}

/** Circles of so many claims are told as such. In any, each rename waits for the one before it, so that none begins. */
const mostInCircle = 10;

/** What is to be written next of renames into the record of a host that the claim holds; undefined: nothing. */
export function renameStep(facts: Facts, record: HostRecord, holder: Holder, claim: Claim): RenameStep | undefined {
  const follow = followed(facts, record, holder, claim);
  if (follow !== undefined) return follow;
  const { renamedTo } = holder;
  if (renamedTo === undefined) return beginning(facts, record, claim);
  const underWay = renameUnderWay(facts, record);
  // What leads to the new name has left Kong before that name is forgotten: until then it is nobody else's (see isLedTo).
  if (underWay === undefined) return isRedirectedByRename(facts, record.host, claim) ? undefined : { kind: "undo" };
  return renamedTo.done === undefined && renameProgress(facts, record, underWay).kind === "ready"
    ? { kind: "done" }
    : undefined;
}

/**
 * What a claim that holds its host is told of its rename; undefined for one that renames nothing. While it is unproved what the
 * gateway has, what was told before stays.
 */
export function decideRename(facts: Facts, claim: Claim, host: Host): RenameVerdict | "unproved" | undefined {
  if (claim.renames === undefined) return undefined;
  const refused = (reason: RenameReason, message: string): RenameVerdict => ({
    ...{ status: "False", reason, message, stage: "RenameRouting" },
  });
  if (claim.redirect !== undefined) {
    const message = renameMessages.redirected(host, claim.redirect.host);
    return { ...refused("RenameOff", message), stage: undefined };
  }
  const old = oldHost(facts, claim);
  const [before] = formerNames(facts, host);
  if (old === undefined || (before !== undefined && before !== old.host)) {
    if (before === undefined) return refused("OldNameNotHeld", renameMessages.notHeld(claim.renames, claim.namespace));
    const message = renameMessages.oldNameGone(before, host, claim.renames);
    return { status: "True", reason: "Renamed", message, stage: undefined };
  }
  const underWay = renameUnderWay(facts, old);
  if (underWay === undefined) {
    const why = whyNot(facts, claim, old);
    if (why !== undefined) return refused(why.reason, why.message);
    const message = renameMessages.beginning(old.host, host);
    return { status: "Unknown", reason: "RenameRouting", message, stage: "RenameRouting" };
  }
  if (underWay.claim.uid !== claim.uid) {
    return refused("OldNameRenamed", renameMessages.renamedByOther(old.host, underWay.to.host, underWay.to.name));
  }
  const progress = renameProgress(facts, old, underWay);
  if (progress.kind === "unproved") return "unproved";
  if (progress.kind === "ready") {
    const message = renameMessages.cleanup(old.host, host);
    return { status: "Unknown", reason: "RenameCleanup", message, stage: "RenameCleanup" };
  }
  if (progress.kind !== "over") {
    const { stage, failing, message } = progress;
    return { status: failing ? "False" : "Unknown", reason: stage, message, stage };
  }
  const redirects = givenWay(facts, old)?.redirects === true;
  const message = redirects
    ? renameMessages.redirects(old.host, host, progress.done, claim.redirectForMs)
    : renameMessages.over(old.host, host);
  return { status: "True", reason: "Renamed", message, stage: undefined };
}

/** The record of the host that the claim is to replace, if the claim that it names, which is not itself, holds one. */
function oldHost(facts: Facts, { namespace, name, renames = "" }: Claim): HostRecord | undefined {
  const old = renames === name ? undefined : facts.claim(namespace, renames);
  const parsed = old === undefined ? undefined : hostOfClaim(old);
  const record = parsed?.ok === true ? facts.record(parsed.host) : undefined;
  return record !== undefined && record.holder?.uid === old?.uid ? record : undefined;
}

/** The oldest claim that may replace the host. Once it is written down it stays that one, whoever comes. */
function beginning(facts: Facts, record: HostRecord, old: Claim): RenameStep | undefined {
  const renamers = facts.renamers(old.namespace, old.name);
  if (renamers.length === 0 || isStillRenaming(facts, old, record.host)) return undefined;
  for (const claim of renamers) {
    const parsed = hostOfClaim(claim);
    if (claim.uid === old.uid || !parsed.ok || !mayReplace(claim) || !holdsHost(facts, claim, parsed.host)) continue;
    if (whyNot(facts, claim, record) !== undefined) continue;
    return { kind: "begin", to: { host: parsed.host as Hostname, name: claim.name, uid: claim.uid } };
  }
  return undefined;
}

/** Why the claim, which holds its host, can't begin to replace the other, which nothing replaces yet. */
function whyNot(
  facts: Facts,
  claim: Claim,
  { host: old, holder }: HostRecord,
): { readonly reason: RenameReason; readonly message: string } | undefined {
  const host = hostOfClaim(claim);
  if (isWildcard(old) || (host.ok && host.wildcard)) {
    return { reason: "RenameUnsupported", message: renameMessages.wildcard(old) };
  }
  const own = host.ok ? facts.record(host.host) : undefined;
  const later = own === undefined ? undefined : renameUnderWay(facts, own);
  if (later !== undefined && own !== undefined) {
    return { reason: "NewNameRenamed", message: renameMessages.newNameRenamed(old, own.host, later.to.host) };
  }
  const before = facts.claim(claim.namespace, holder?.name ?? "");
  if (before === undefined || !isStillRenaming(facts, before, old)) return undefined;
  const circle = circleOf(facts, claim);
  return circle === undefined
    ? { reason: "OldNameInRename", message: renameMessages.inRename(old, before.name) }
    : { reason: "RenameCircle", message: renameMessages.circle(circle) };
}

/** The claims that rename each other in a circle into which the claim leads. */
function circleOf(facts: Facts, claim: Claim): readonly string[] | undefined {
  const names: string[] = [];
  for (let at: Claim | undefined = claim; at !== undefined && names.length < mostInCircle;) {
    if (names.includes(at.name)) return [...names, at.name];
    names.push(at.name);
    at = at.renames === undefined ? undefined : facts.claim(claim.namespace, at.renames);
  }
  return undefined;
}

/**
 * True while a host has yet to take the place of an older name, which may not be held yet: until then it is not replaced
 * itself. So no name is passed by, and of all that is
 * served no path is served under more than two names at once, however many renames tenants put in a row (rule X1).
 */
function isStillRenaming(facts: Facts, claim: Claim, host: Host): boolean {
  if (claim.renames === undefined || !mayReplace(claim)) return false;
  const old = oldHost(facts, claim);
  const [before] = formerNames(facts, host);
  if (old === undefined) return before === undefined && facts.claim(claim.namespace, claim.renames)?.deleting === false;
  if (isWildcard(old.host) || (before !== undefined && before !== old.host)) return false;
  const underWay = renameUnderWay(facts, old);
  return underWay === undefined || (underWay.claim.uid === claim.uid && underWay.to.done === undefined);
}

/** The names of before are written down when the old name's record says that this host replaces it. */
function followed(facts: Facts, { host }: HostRecord, holder: Holder, claim: Claim): RenameStep | undefined {
  const old = claim.renames === undefined || !mayReplace(claim) ? undefined : oldHost(facts, claim);
  const known = holder.renamedFrom ?? [];
  if (old?.holder?.renamedTo?.uid !== claim.uid || known[0]?.host === old.host) return undefined;
  const names = [{ host: old.host }, ...(old.holder.renamedFrom ?? []), ...known];
  const once = names.filter((name, i) => name.host !== host && names.findIndex((n) => n.host === name.host) === i);
  return { kind: "follow", names: once.slice(0, mostFormerNames) };
}
