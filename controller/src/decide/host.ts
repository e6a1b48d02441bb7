import { ancestors, anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import type { Facts } from "../world/facts.ts";
import { factKeys } from "../world/keys.ts";
import type { Authority, HostRecord, Holder, Redemption } from "../world/host-record.ts";
import type { Claim } from "../world/claim.ts";
import { awaitedAbove } from "./awaited-above.ts";
import { desiredGrants, sameGrants } from "./delegation.ts";
import { guardState } from "./guard.ts";
import type { GuardedFor } from "./guard.ts";
import type { Settings } from "./settings.ts";
import { renameStep } from "./rename.ts";
import { isLedTo } from "./rename-under-way.ts";
import { restoredHolder } from "./restored.ts";
import { keptFor } from "./tenure.ts";
import { specHost } from "./spec.ts";
import { eligibility, tenureEnd } from "./eligibility.ts";
import type { TenureEnd } from "./eligibility.ts";
import { handover } from "./handover.ts";
import { nextHolder } from "./next-holder.ts";
import type { NextHolder } from "./next-holder.ts";
import type { HostDecision, RecordStep } from "./host-decision.ts";
import { whyRedemptionEnds } from "./redemption.ts";
import { desiredTransfer, sameTransfer } from "./transfer.ts";

/** Rules O1 to O3: who holds the host, and the one step that brings its record closer to what the rules say. */
export function decideHost(facts: Facts, settings: Settings, host: RouteHost): HostDecision {
  if (host === anyHost) return undecided(host);
  const record = facts.record(host);
  const pending = pendingChange(facts, host, record);
  if (pending?.holderStays === false) {
    const namespace = record?.holder?.namespace ?? pending.namespace;
    const guard = namespace === undefined ? {} : guardedFor(namespace);
    return { ...undecided(host), step: pending.step, frozen: true, ...guard };
  }
  const restored = restoredHolder(facts, record);
  if (restored !== undefined)
    return { ...undecided(host), step: { kind: "wait", for: "adoption" }, ...guardedFor(restored.namespace) };
  const own =
    record?.holder === undefined
      ? ofFreeHost(facts, settings, host, record)
      : ofHeldHost(facts, settings, record, record.holder, pending?.step);
  return { ...undecided(host), ...own };
}

/** The step, and what else is otherwise than of a host of which nothing is decided. */
type Decided = Pick<HostDecision, "step"> & Partial<HostDecision>;

/** Whether who holds the host may hold it on, and what its record lacks; `pending`: what becomes of it is being written. */
function ofHeldHost(
  facts: Facts,
  settings: Settings,
  record: HostRecord,
  holder: Holder,
  pending: RecordStep | undefined,
): Decided {
  const { host } = record;
  const guard = guardedFor(holder.namespace);
  const ended = tenureEnd(facts, settings, host, holder);
  if (ended === "unknown") return { step: pending ?? { kind: "confirmHolder", holder }, frozen: true };
  if (ended !== undefined) return { step: pending ?? releasing(facts, record, holder, ended), ...guard };
  const claim = facts.claim(holder.namespace, holder.name);
  const update: RecordStep = claim === undefined ? { kind: "keep" } : updating(facts, settings, claim, record, holder);
  const step = pending ?? update;
  const next = step.kind === "keep" ? handingOver(facts, settings, record, holder) : { step };
  return { serving: holder.namespace, ...guard, ...next };
}

/** Who takes a host that nobody holds, as far as its record does not keep it for somebody. */
function ofFreeHost(facts: Facts, settings: Settings, host: Host, record: HostRecord | undefined): Decided {
  const redemption = record?.redemption;
  const onlyFor = redemption === undefined ? undefined : { namespace: keptFor(facts, redemption) };
  const counts = ({ namespace }: Claim): boolean => onlyFor === undefined || namespace === onlyFor.namespace;
  const next = nextHolder(facts, settings, host, counts);
  if (next !== undefined) return taking(facts, settings, host, record, next);
  const step: RecordStep =
    record === undefined || redemption === undefined
      ? { kind: "keep" }
      : endingRedemption(facts, settings, record, redemption);
  return { step, ...(settings.reservedNames.includes(host) ? { guardFor: { kind: "nobody" } } : {}) };
}

/** What is waited for before the claim takes the host, in the order in which it comes. */
function taking(
  facts: Facts,
  settings: Settings,
  host: Host,
  record: HostRecord | undefined,
  next: NextHolder,
): Decided {
  const { claim, authority } = next;
  if (awaitedAbove(facts, settings, host, next) !== undefined) return { step: { kind: "wait", for: "above" } };
  const guard = guardedFor(claim.namespace);
  if (claim.finalizers.ours === undefined) return { step: { kind: "wait", for: "finalizer", claim } };
  if (facts.kong.synced && !isClear(facts, host)) return { step: { kind: "wait", for: "routes" }, ...guard };
  if (guardState(facts, settings, host, guard.guardFor) === "missing")
    return { step: { kind: "wait", for: "guard" }, ...guard };
  if (changesAbove(facts, host)) return { step: { kind: "wait", for: "watch" }, ...guard };
  const grants = claim.sub === undefined ? desiredGrants(facts, claim, record?.grants ?? []) : [];
  const transfer = desiredTransfer(facts, claim, record?.transfer);
  return { step: { kind: "acquire", claim, authority, grants, transfer, record }, ...guard };
}

/** True if it is known that Kong has no route of ours for the host, and no certificate. */
function isClear(facts: Facts, host: Host): boolean {
  const { namespaces, tls } = facts.live(host);
  return facts.kong.synced && namespaces.length === 0 && tls === undefined;
}

/** Nobody holds what no record can name, or what nothing is known of yet. */
function undecided(host: RouteHost): HostDecision {
  return { host, serving: undefined, guardFor: undefined, frozen: false, step: { kind: "keep" } };
}

function guardedFor(namespace: string): { readonly guardFor: GuardedFor } {
  return { guardFor: { kind: "namespace", namespace } };
}

/** A write of the host's record whose answer is not there, or was lost. */
interface PendingChange {
  readonly step: RecordStep;
  /** True if the holder is the same after it. */
  readonly holderStays: boolean;
  /** The namespace that holds the host after it. */
  readonly namespace: string | undefined;
}

function pendingChange(facts: Facts, host: Host, record: HostRecord | undefined): PendingChange | undefined {
  const write = facts.pendingWrite(host);
  if (write === undefined) return undefined;
  const { namespace, uid } = write;
  return {
    step: { kind: "confirmWrite" },
    holderStays: namespace !== undefined && uid === record?.holder?.uid,
    namespace,
  };
}

/**
 * Rule N4: how a host goes from its holder to the claim that accepts it. Until it has, it is served as before. What keeps
 * others' wildcards from it has to stand for whoever is to hold it; its routes need not leave, since they are changed in place.
 */
function handingOver(
  facts: Facts,
  settings: Settings,
  record: HostRecord,
  holder: Holder,
): Pick<HostDecision, "step"> & Partial<HostDecision> {
  const { host } = record;
  const next = handover(facts, settings, record);
  if (next === undefined) return { step: { kind: "keep" } };
  const { claim, authority } = next;
  const guard = guardedFor(claim.namespace);
  const state = guardState(facts, settings, host, guard.guardFor);
  if (state === "missing") return { step: { kind: "wait", for: "guard" }, ...guard };
  const guarded = state === "unneeded" ? {} : guard;
  if (changesAbove(facts, host)) return { step: { kind: "wait", for: "watch" }, ...guarded };
  const grants = claim.sub === undefined ? desiredGrants(facts, claim, record.grants) : [];
  return { step: { kind: "handOver", record, holder, claim, authority, grants }, ...guarded };
}

/** How a host is released whose holder may hold it no longer: its routes leave, and what decided it has to be certain. */
function releasing(facts: Facts, record: HostRecord, holder: Holder, end: TenureEnd): RecordStep {
  // Somebody else is to have the host only when the gateway itself has shown that the routes are gone (rule X3).
  if (!isClear(facts, record.host) || facts.kong.unproved === true) return { kind: "wait", for: "routes" };
  // Nor is it given away while its last holder's old name sends visitors there, if that one goes of its own will (rule N2).
  if (end.reason === "Deleted" && isLedTo(facts, record.host, holder)) return { kind: "wait", for: "routes" };
  if (end.reason !== "Deleted" && changesAbove(facts, record.host)) return { kind: "wait", for: "watch" };
  return { kind: "release", record, holder, ...end };
}

/** Rule N5: a host that nobody has back is kept until its time is over, or nothing is left for which it would be kept. */
function endingRedemption(facts: Facts, settings: Settings, record: HostRecord, redemption: Redemption): RecordStep {
  const reason = whyRedemptionEnds(facts, settings, record, redemption);
  if (reason === undefined) return { kind: "wait", for: "redemption" };
  if (reason === "NotShared" && changesAbove(facts, record.host)) return { kind: "wait", for: "watch" };
  return { kind: "endRedemption", record, redemption, reason };
}

/**
 * True while a record above the host, on which the decision rests, is being written: what is known of it is older than what
 * it says. A name that has just been taken would be taken for a free one, and a primary that stands on its own for one that
 * is lost (rule O3). A name further up than what decides has no say, however often it changes.
 */
function changesAbove(facts: Facts, host: Host): boolean {
  return ancestors(host).some(
    (above) => facts.reads.has(factKeys.record(above)) && facts.pendingWrite(above) !== undefined,
  );
}

function updating(facts: Facts, settings: Settings, claim: Claim, record: HostRecord, holder: Holder): RecordStep {
  const bound = claim.sub === undefined && specHost(claim).ok;
  const own = bound ? eligibility(facts, settings, claim) : undefined;
  const authority = own?.ok === true && !changesAbove(facts, record.host) ? own.authority : holder.authority;
  const grants = bound ? desiredGrants(facts, claim, record.grants) : record.grants;
  // A record that is older than the mark of its cluster gets it: without, it would be lost where it is restored (rule N6).
  const marked = record.clusterUid !== undefined || facts.clusterUid === undefined;
  const transfer = desiredTransfer(facts, claim, record.transfer);
  const rename = renameStep(facts, record, holder, claim);
  const same = sameGrants(grants, record.grants) && sameTransfer(transfer, record.transfer) && rename === undefined;
  return marked && same && sameAuthority(authority, holder.authority)
    ? { kind: "keep" }
    : { kind: "update", record, holder, authority, grants, transfer, rename };
}

function sameAuthority(a: Authority | undefined, b: Authority | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "none" || b.kind === "none") return a.kind === b.kind;
  return a.kind === b.kind && a.uid === b.uid && a.host === b.host;
}
