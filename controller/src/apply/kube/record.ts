import { kindOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/hostname";
import type { ClaimReason } from "@domain-claims/crds/reasons";
import type { RecordStep } from "../../decide/host-decision.ts";
import type { RenameStep } from "../../decide/rename.ts";
import { giversAfter } from "../../decide/transfer.ts";
import { KubeError } from "../../kube/errors.ts";
import type { HostRecordSpec } from "../../kube/record-body.ts";
import type { PendingWrite } from "../../world/pending-write.ts";
import type { Authority, Holder, HostRecord, Redemption, Tenure } from "../../world/host-record.ts";
import type { Claim } from "../../world/claim.ts";
import { timestamp } from "./context.ts";
import type { KubeContext } from "./context.ts";
import { withTenure } from "./history.ts";

/** A step that writes the host's record. */
export type RecordWrite = Extract<
  RecordStep,
  { kind: "acquire" | "update" | "handOver" | "release" | "endRedemption" }
>;

/**
 * Writes what was decided into the host's record. Each write names the version of the record that the decision read, or
 * creates a record that must not exist, so the API server decides between writers (rule O1). Throws KubeError.
 */
export async function writeRecord(context: KubeContext, host: Host, step: RecordWrite): Promise<void> {
  switch (step.kind) {
    case "acquire":
      return acquire(context, host, step);
    case "update":
      return update(context, host, step);
    case "handOver":
      return handOver(context, host, step);
    case "release":
      return release(context, host, step);
    case "endRedemption":
      return endRedemption(context, host, step);
  }
}

type Write<K extends RecordWrite["kind"]> = Extract<RecordWrite, { kind: K }>;

/** Nobody has the host back, and nobody hands it over. */
const plainly = { redemption: undefined, transfer: undefined };

async function acquire(
  context: KubeContext,
  host: Host,
  { claim, authority, grants, transfer, record }: Write<"acquire">,
): Promise<void> {
  const { namespace, name, uid } = claim;
  const { redemption } = record ?? {};
  const back = redemption?.kind === kindOf(claim) ? redemption.givers : undefined;
  const taken = holderBy(context, claim, authority, back);
  if (taken === undefined) return;
  // Who has a host back that takes the place of another goes on with the names of before (rule N5).
  const holder = claim.renames === undefined ? taken : { ...taken, renamedFrom: redemption?.renamedFrom };
  const history = record?.history ?? [];
  const spec = { host, holder, redemption: undefined, transfer, grants, history };
  await changeRecord(context, { namespace, uid }, record, spec);
  context.log.info({ host, namespace, claim: name }, "host taken");
}

/** Undefined while the claim's namespace is not known. */
function holderBy(
  { clock, state }: KubeContext,
  claim: Claim,
  authority: Authority | undefined,
  givers: Holder["givers"],
): Holder | undefined {
  const { namespace, name, uid } = claim;
  const namespaceUid = state.world.namespace(namespace)?.uid;
  if (namespaceUid === undefined) return undefined;
  const since = timestamp(clock);
  return { kind: kindOf(claim), namespace, namespaceUid, name, uid, since, authority, givers };
}

/** Rule N4: one update takes the host from the one and gives it to the other, so that nobody comes in between. */
async function handOver(
  context: KubeContext,
  host: Host,
  { record, holder: giver, claim, authority, grants }: Write<"handOver">,
): Promise<void> {
  const { namespace, name, uid } = claim;
  const holder = holderBy(context, claim, authority, giversAfter(giver, namespace));
  if (holder === undefined) return;
  const history = withTenure(tenure(giver, holder.since, "Transferred" satisfies ClaimReason), record.history);
  await changeRecord(context, { namespace, uid }, record, { host, holder, ...plainly, grants, history });
  context.log.info({ host, namespace, claim: name, from: giver.namespace }, "host handed over");
}

async function update(context: KubeContext, host: Host, step: Write<"update">): Promise<void> {
  const { record, authority, grants, rename, transfer } = step;
  const holder = { ...step.holder, authority, ...(rename && renamed(step.holder, rename, timestamp(context.clock))) };
  const { history } = record;
  const pending = { namespace: holder.namespace, uid: holder.uid };
  await changeRecord(context, pending, record, { host, holder, redemption: undefined, transfer, grants, history });
  if (rename === undefined) return;
  const { namespace, name: claim, renamedTo } = holder;
  context.log.info({ host, namespace, claim, step: rename.kind, to: renamedTo?.host }, "rename goes on");
}

/** What of a holder's renames is written anew. */
function renamed(
  { renamedTo }: Holder,
  rename: RenameStep,
  now: string,
): Pick<Holder, "renamedFrom"> | Pick<Holder, "renamedTo"> {
  switch (rename.kind) {
    case "begin":
      return { renamedTo: { ...rename.to, since: now } };
    case "done":
      return { renamedTo: renamedTo && { ...renamedTo, done: now } };
    case "undo":
      return { renamedTo: undefined };
    case "follow":
      return { renamedFrom: rename.names.map((name) => ({ since: now, ...name })) };
  }
}

async function release(
  context: KubeContext,
  host: Host,
  { record, holder, reason, keptMs }: Write<"release">,
): Promise<void> {
  const { clock, log } = context;
  const history = withTenure(tenure(holder, timestamp(clock), reason), record.history);
  const redemption = keptMs === 0 ? undefined : redemptionOf(holder, timestamp(clock, keptMs));
  // What names were bound to stays bound to that, so that whoever has the host back does not share it, or hand it over, with
  // a namespace that was made anew meanwhile (rule O7).
  const { grants, transfer } = redemption === undefined ? { grants: [], transfer: undefined } : record;
  const pending = { namespace: undefined, uid: holder.uid };
  const spec = { host, holder: undefined, redemption, transfer, grants, history };
  await changeRecord(context, pending, record, spec);
  const { namespace, name: claim } = holder;
  log.info({ host, namespace, claim, reason, keptUntil: redemption?.until }, "host released");
}

function redemptionOf({ since: _, renamedTo: __, ...holder }: Holder, until: string): Redemption {
  return { ...holder, until };
}

async function endRedemption(
  context: KubeContext,
  host: Host,
  { record, redemption, reason }: Write<"endRedemption">,
): Promise<void> {
  const { history } = record;
  const pending = { namespace: undefined, uid: redemption.uid };
  const spec = { host, holder: undefined, ...plainly, grants: [], history };
  await changeRecord(context, pending, record, spec);
  context.log.info({ host, namespace: redemption.namespace, reason }, "redemption ended");
}

/**
 * Writes a record, of this cluster: a new holder, none, or what is new of the same one. Until the answer, decisions know that it is
 * pending: neither Kong nor the register is touched for the host, nor the register for those below it, on the strength of
 * what was known before. The answer goes into the world at once; where it was lost, the write stays pending.
 */
async function changeRecord(
  { kube, state }: KubeContext,
  pending: PendingWrite,
  record: HostRecord | undefined,
  content: Omit<HostRecordSpec, "clusterUid">,
): Promise<void> {
  const { host } = content;
  const spec = { ...content, clusterUid: state.world.clusterUid };
  state.setPendingWrite(host, pending);
  try {
    const object = await (record === undefined ? kube.createRecord(spec) : kube.updateRecord(record, spec));
    state.world.learn({ type: "set", kind: "HostRecord", object });
    state.setPendingWrite(host, undefined);
  } catch (error) {
    const refused = error instanceof KubeError && error.kind !== "unavailable";
    if (refused) state.setPendingWrite(host, undefined);
    throw error;
  }
}

function tenure(holder: Holder, to: string, reason: string): Tenure {
  const { kind, namespace, name, uid, since, renamedFrom, renamedTo } = holder;
  return {
    ...{ kind, namespace, name, uid, from: since, to, reason },
    ...{ renamedFrom: renamedFrom?.[0]?.host, renamedTo: renamedTo?.host },
  };
}

/** Deletes a released record of the version that was read; one that is gone already is as good. Throws KubeError. */
export async function deleteReleased({ kube, log, state }: KubeContext, record: HostRecord): Promise<void> {
  const { host, name, uid } = record;
  try {
    await kube.deleteRecord(record);
    log.info({ host, record: name }, "released record deleted");
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "notFound") throw error;
  }
  state.world.apply({ type: "delete", kind: "HostRecord", namespace: "", name, uid });
}
