import type { Host } from "@domain-claims/crds/hostname";
import {
  confirmHolder,
  confirmWrite,
  readNamespaceAhead,
  refreshAbove,
  refreshHandOver,
  requireClaimNamespace,
  requireGone,
  requireNamespace,
} from "../apply/kube/fresh-reads.ts";
import { writeRecord } from "../apply/kube/record.ts";
import type { RecordWrite } from "../apply/kube/record.ts";
import type { RecordStep } from "../decide/host-decision.ts";
import type { Context } from "./context.ts";
import { decidedFor } from "./decided.ts";
import type { Decided } from "./decided.ts";

/**
 * Brings the host's record in line, now that Kong has been waited for. Throws what the API server's answers mean
 * (`KubeError`), and where what is to be written is known no longer.
 */
export async function bringRecord(context: Context, host: Host): Promise<void> {
  // 4. Decide again, and 5. ask the API server itself for what that rests on.
  const before = decidedFor(context, host);
  await freshReads(context, host, before);
  // 6. Decide once more, and write, if that is still what is to be done. Nothing comes between the two.
  const { step } = decidedFor(context, host).decision;
  if (isWrite(step) && sameStep(step, before.decision.step)) await writeRecord(context, host, step);
}

async function freshReads(context: Context, host: Host, { decision: { step }, facts }: Decided): Promise<void> {
  switch (step.kind) {
    case "keep":
      return;
    case "wait":
      return step.for === "finalizer" ? readNamespaceAhead(context, step.claim) : undefined;
    case "confirmHolder":
      return confirmHolder(context, host, step.holder);
    case "confirmWrite":
      return confirmWrite(context, host);
    case "acquire":
      await Promise.all([requireClaimNamespace(context, step.claim), refreshAbove(context, host, facts.reads)]);
      return;
    case "update":
      return refreshAbove(context, host, facts.reads);
    case "handOver":
      await Promise.all([
        requireNamespace(context, step.claim.namespace),
        refreshHandOver(context, host, step.holder, step.claim),
        refreshAbove(context, host, facts.reads),
      ]);
      return;
    case "release":
      if (step.reason !== "Deleted") await refreshAbove(context, host, facts.reads);
      return;
    case "endRedemption":
      if (step.reason === "NamespaceGone") return requireGone(context, step.redemption);
      if (step.reason === "NotShared") await refreshAbove(context, host, facts.reads);
      return;
  }
}

function isWrite(step: RecordStep): step is RecordWrite {
  return step.kind !== "keep" && step.kind !== "wait" && step.kind !== "confirmHolder" && step.kind !== "confirmWrite";
}

/** True if both are for the same claim. */
function sameStep(a: RecordStep, b: RecordStep): boolean {
  if (a.kind === "acquire" && b.kind === "acquire") return a.claim.uid === b.claim.uid;
  if (a.kind === "handOver" && b.kind === "handOver")
    return a.holder.uid === b.holder.uid && a.claim.uid === b.claim.uid;
  if (a.kind === "update" && b.kind === "update")
    return a.holder.uid === b.holder.uid && a.rename?.kind === b.rename?.kind;
  if (a.kind === "endRedemption" && b.kind === "endRedemption") return a.reason === b.reason;
  return a.kind === "release" && b.kind === "release" && a.holder.uid === b.holder.uid && a.keptMs === b.keptMs;
}
