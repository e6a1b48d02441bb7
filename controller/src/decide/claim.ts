import type { Host } from "@domain-claims/crds/hostname";
import { toUnicode } from "@domain-claims/crds/hostname";
import type { Phase } from "@domain-claims/crds/domain";
import { claimMessages } from "@domain-claims/crds/messages/claims";
import type { ClaimReason } from "@domain-claims/crds/reasons";
import type { Facts } from "../world/facts.ts";
import type { Claim } from "../world/claim.ts";
import type { Holder, HostRecord } from "../world/host-record.ts";
import { awaitedAbove } from "./awaited-above.ts";
import { certificateReady } from "./certificate-ready.ts";
import { delegates, grandfathered, programmed, renamed } from "./claim-conditions.ts";
import type { ConditionDraft } from "./claim-conditions.ts";
import { claimRefusal } from "./claim-refusal.ts";
import { desiredGrants, sameGrants } from "./delegation.ts";
import { guardState } from "./guard.ts";
import { heldMessage } from "./held-message.ts";
import type { NextHolder } from "./next-holder.ts";
import type { Refusal } from "./refusal.ts";
import { decideRename } from "./rename.ts";
import type { Settings } from "./settings.ts";
import { specHost } from "./spec.ts";
import { tooMany } from "./too-many.ts";
import { eligibility } from "./eligibility.ts";
import { desiredTransfer, sameTransfer } from "./transfer.ts";
import { isGivenUp, isKeptFor } from "./tenure.ts";
import { transferPending } from "./transfer-told.ts";

/** What a claim is to be told. */
export interface ClaimVerdict {
  readonly phase: Phase;
  readonly reason: ClaimReason;
  readonly message: string;
  readonly host: Host | undefined;
  readonly unicodeHost: string | undefined;
  /** The namespace whose primary allowed or refused the claim. */
  readonly parent: string | undefined;
  /** `namespace/name` of the claim that holds the host. */
  readonly holder: string | undefined;
  readonly conditions: readonly ConditionDraft[];
  /** How far it is that its host takes the place of another; undefined where it is not to. */
  readonly rename?: ReturnType<typeof decideRename>;
  /** False while the host's record has yet to catch up with what is decided: the status waits, so that it never runs ahead. */
  readonly settled: boolean;
  /** True while the next step towards what is to be told is ours, and under way: what is true in between, nobody has to see. */
  readonly underWay: boolean;
  /** True if a claim that is being deleted has nothing left that our finalizer protects. */
  readonly finished: boolean;
}

/** What is true of a claim now: its phase, its conditions, and whether its finalizer may go. */
export function decideClaim(facts: Facts, settings: Settings, claim: Claim): ClaimVerdict {
  const spec = specHost(claim);
  if (!spec.ok) return verdict(facts, claim, undefined, { phase: "Failed", ...spec });
  const { host } = spec;
  // One that is too much does not look at its host: whatever happens to that costs nothing for it.
  const excess = claim.deleting ? undefined : tooMany(facts, claim);
  if (excess !== undefined) return verdict(facts, claim, undefined, { phase: "Failed", ...excess }, host);
  const record = facts.record(host);
  if (claim.deleting) return going(facts, settings, claim, host, record);

  const refusal = claimRefusal(facts, settings, claim, host, record);
  if (refusal !== undefined) return verdict(facts, claim, record, { phase: "Failed", ...refusal }, host);
  const own = eligibility(facts, settings, claim);
  if (!own.ok) {
    const refused = verdict(facts, claim, record, { phase: "Failed", ...own }, host);
    return { ...refused, settled: facts.pendingWrite(host)?.uid !== claim.uid };
  }
  if (record?.holder?.uid !== claim.uid) {
    const answer = underWay(facts, settings, host, { claim, authority: own.authority }, record?.holder);
    return verdict(facts, claim, record, { phase: "Pending", ...answer, parent: own.parent }, host);
  }
  const message = heldMessage(facts, claim, host, own.parent);
  const ok = verdict(facts, claim, record, { phase: "OK", reason: "Held", message, parent: own.parent }, host);
  const grants = claim.sub === undefined ? desiredGrants(facts, claim, record.grants) : record.grants;
  // While it is not known what Kong has, nothing is said of it, so that a restart changes no status.
  const rename = facts.programmed(host) === undefined ? undefined : decideRename(facts, claim, host);
  return {
    ...ok,
    rename,
    settled:
      sameGrants(grants, record.grants) &&
      sameTransfer(desiredTransfer(facts, claim, record.transfer), record.transfer),
    conditions: [
      ...ok.conditions,
      ...delegates(facts, claim, host, record),
      ...transferPending(facts, claim, host, record),
      ...certificateReady(facts, settings, claim, host),
      ...renamed(rename),
      ...grandfathered(facts, settings, claim, host),
    ],
  };
}

/** What a claim is told that is being deleted, and whether its finalizer may go. */
function going(
  facts: Facts,
  settings: Settings,
  claim: Claim,
  host: Host,
  record: HostRecord | undefined,
): ClaimVerdict {
  const holds = record?.holder?.uid === claim.uid;
  const pendingWrite = facts.pendingWrite(host);
  const intended = pendingWrite?.uid === claim.uid && pendingWrite.namespace !== undefined;
  const message = claimMessages.releasing(host, holds && isKeptAfter(settings, claim) ? claim.namespace : undefined);
  const answer = { phase: "Pending", reason: "Releasing", message } as const;
  const ends = isGivenUp(claim) && isKeptFor(facts, record, claim);
  return { ...verdict(facts, claim, record, answer, host), finished: !holds && !intended && !ends };
}

/** What a claim is told that is to have its host, and does not yet. */
function underWay(
  facts: Facts,
  settings: Settings,
  host: Host,
  next: NextHolder,
  giver: Holder | undefined,
): Pick<Answer, "reason" | "message"> {
  const above = giver === undefined ? awaitedAbove(facts, settings, host, next) : undefined;
  if (above !== undefined) return { reason: "Deciding", message: claimMessages.waitingForAbove(host, above) };
  const guardedFor = { kind: "namespace", namespace: next.claim.namespace } as const;
  if (guardState(facts, settings, host, guardedFor) === "missing")
    return { reason: "WaitingForGateway", message: claimMessages.waitingForGateway(host) };
  return {
    reason: "Deciding",
    message: giver === undefined ? claimMessages.deciding(host) : claimMessages.accepting(host, giver),
  };
}

/** Rule N5: true for a claim that is deleted without having been given up. */
function isKeptAfter({ redemptionMs }: Settings, claim: Claim): boolean {
  return redemptionMs > 0 && !isGivenUp(claim);
}

interface Answer {
  readonly phase: ClaimVerdict["phase"];
  readonly reason: ClaimReason;
  readonly message: string;
  readonly parent?: string | undefined;
}

function verdict(
  facts: Facts,
  claim: Claim,
  record: HostRecord | undefined,
  answer: Answer | (Refusal & { phase: "Failed" }),
  host?: Host,
): ClaimVerdict {
  const unicode = host === undefined ? undefined : toUnicode(host);
  const status = answer.phase === "OK" ? "True" : answer.phase === "Failed" ? "False" : "Unknown";
  const accepted = { type: "Accepted", status, reason: answer.reason, message: answer.message } as const;
  const conditions = [accepted, ...programmed(facts, claim, answer, host)];
  return {
    phase: answer.phase,
    reason: answer.reason,
    message: answer.message,
    host,
    unicodeHost: unicode === host ? undefined : unicode,
    parent: answer.parent,
    holder: record?.holder === undefined ? undefined : `${record.holder.namespace}/${record.holder.name}`,
    conditions,
    settled: true,
    underWay:
      answer.reason === "Deciding" ||
      (host !== undefined && isToBeProgrammed(facts, host, answer)) ||
      isGoing(answer, conditions) ||
      (answer.phase === "OK" && conditions.length === 1),
    finished: claim.deleting,
  };
}

/** True for a claim that waits for Kong, while nothing has been written for it: what is in the way shows then, also after a restart. */
function isToBeProgrammed(facts: Facts, host: Host, { reason }: Answer): boolean {
  return reason === "WaitingForGateway" && facts.programmed(host) === undefined;
}

/** True while a claim is being released, and nothing is in the way. */
function isGoing(answer: Answer, conditions: readonly ConditionDraft[]): boolean {
  return (
    answer.reason === "Releasing" &&
    conditions.every(({ type, reason }) => type !== "Programmed" || reason === "NotAccepted")
  );
}
