import { apiVersion, domains, finalizer } from "@domain-claims/crds/domain";
import type { ClaimVerdict } from "../decide/claim.ts";
import { decideClaim } from "../decide/claim.ts";
import { KubeError } from "../kube/errors.ts";
import { Facts } from "../world/facts.ts";
import type { Claim, ClaimStatus } from "../world/types.ts";
import type { Context } from "../apply/context.ts";
import { timestamp } from "../apply/context.ts";
import { sameStatus, statusOf } from "../apply/kube/claim-status.ts";
import { splitKey, units } from "./work-item.ts";

/** Tells a claim what is true of it: finalizer, status, events. */
export async function reconcileClaim(context: Context, key: string): Promise<void> {
  const { namespace, name } = splitKey(key);
  const facts = new Facts(context.world);
  const claim = facts.claim(namespace, name);
  if (claim === undefined) {
    context.readers.forget(units.claim(namespace, name));
    context.writtenClaims.forget(namespace, name);
    return;
  }
  const verdict = decideClaim(facts, context.settings, claim);
  context.readers.record(units.claim(namespace, name), facts.reads);

  if (claim.deleting && verdict.finished) return finish(context, claim);
  if (!claim.deleting && !claim.finalizers.includes(finalizer)) {
    await context.kube.patchFinalizers(claim, [...claim.finalizers, finalizer]);
  }
  if (verdict.settled) await writeStatus(context, claim, verdict);
}

/** Rule O9: our finalizer goes last, and only ours. */
async function finish(context: Context, claim: Claim): Promise<void> {
  if (!claim.finalizers.includes(finalizer)) return;
  try {
    await context.kube.patchFinalizers(
      claim,
      claim.finalizers.filter((other) => other !== finalizer),
    );
  } catch (error) {
    // It went with the last finalizer, and the watch has yet to show that.
    if (!(error instanceof KubeError) || error.kind !== "notFound") throw error;
  }
}

async function writeStatus(context: Context, claim: Claim, verdict: ClaimVerdict): Promise<void> {
  const before = context.writtenClaims.newest(claim, claim.status ?? noStatus);
  const status = statusOf(verdict, claim.generation, before, timestamp(context.clock));
  if (sameStatus(before, status)) return;
  const { resourceVersion } = await context.kube.applyClaimStatus(claim, status);
  context.writtenClaims.note(claim, resourceVersion, status);
  if (before.phase !== status.phase || before.reason !== status.reason) context.decided(status.phase, status.reason);
  say(context, claim, before, status);
}

/** Events on the claim: what it has become, and what keeps its routes from Kong. */
function say(context: Context, claim: Claim, before: ClaimStatus, now: ClaimStatus): void {
  const regarding = { apiVersion, kind: domains.kind, namespace: claim.namespace, name: claim.name, uid: claim.uid };
  const news = before.reason !== now.reason || (now.phase === "Failed" && before.message !== now.message);
  // The decision follows in a moment: that it is being made would only use up what may be said.
  if (news && now.reason !== "Deciding") {
    const type = now.phase === "Failed" ? "Warning" : "Normal";
    context.events.record({ regarding, type, reason: now.reason, action: "Decide", note: now.message });
    const { namespace, name } = claim;
    context.decisionLog.note({ namespace, claim: name, host: now.host, phase: now.phase, reason: now.reason });
  }
  for (const condition of now.conditions) {
    const old = before.conditions.find(({ type }) => type === condition.type);
    if (!troubles.has(condition.reason) || (old?.reason === condition.reason && old.message === condition.message))
      continue;
    const { reason, message } = condition;
    context.events.record({ regarding, type: "Warning", reason, action: "Program", note: message });
  }
}

const troubles = new Set(["KongUnreachable", "KongRefused", "ForeignEntity", "WildcardUnsupported", "StaleGrant"]);

const noStatus: ClaimStatus = {
  phase: "Pending",
  reason: "",
  message: "",
  lastUpdateTime: "",
  observedGeneration: 0,
  conditions: [],
};
