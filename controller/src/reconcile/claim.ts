import { claimMessages } from "@domain-claims/crds/messages/claims";
import { addFinalizer, removeFinalizer, writeClaimStatus } from "../apply/kube/claim.ts";
import { sayRefused, sayTooLarge } from "../apply/kube/claim-events.ts";
import { sameStatus, statusOf } from "../apply/kube/claim-status.ts";
import { timestamp } from "../apply/kube/context.ts";
import { decideClaim } from "../decide/claim.ts";
import type { ClaimVerdict } from "../decide/claim.ts";
import { readiness } from "../decide/ready.ts";
import { KubeError } from "../kube/errors.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { Facts } from "../world/facts.ts";
import { objectKey } from "../world/keys.ts";
import type { Claim } from "../world/claim.ts";
import type { ClaimStatus } from "../world/claim-status.ts";
import type { WorldEvent } from "../world/event.ts";
import { mostEntries } from "../world/limits.ts";
import { askRoutes } from "./ask-routes.ts";
import type { Context } from "./context.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/** One claim: its finalizer, and what it is told in its status and in events. */
export const claimWork: Work = {
  concurrency: 16,
  // What is written into a claim of a megabyte may take seconds: one tenant's leave places for the others'.
  concurrencyPerTenant: 8,
  keysFor: (event: WorldEvent) => {
    if (event.kind !== "Domain") return [];
    const { namespace, name } = event.type === "set" ? event.object : event;
    return [objectKey(namespace, name)];
  },
  tenantOf: (_state, key) => splitKey(key).namespace,
  reconcile,
};

/** Milliseconds for which a step of ours may be under way before the claim is told that it is. */
const patienceMs = 1000;

async function reconcile(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  run.begin();
  const { readers, settings, state, underWaySince } = context;
  const { namespace, name } = splitKey(key);
  const item = nameOfItem({ kind: "claim", key });

  // 1. Decide what is true of it.
  const facts = new Facts(state);
  const claim = facts.claim(namespace, name);
  if (claim === undefined) {
    readers.forget(item);
    underWaySince.delete(key);
    return undefined;
  }
  const verdict = decideClaim(facts, settings, claim);
  const ready = readiness(facts, claim, verdict);
  readers.record(item, facts.reads);
  if (verdict.host !== undefined && ready.asks !== undefined) askRoutes(context, verdict.host, ready.asks);

  // 2. Our finalizer comes first and goes last, and only ours (rule O9). Either has the claim decided again.
  const ours = claim.finalizers.ours !== undefined;
  if (claim.deleting && verdict.finished) {
    if (ours) await removeFinalizer(context, claim);
    return undefined;
  }
  if (!claim.deleting && !ours) return written(context, claim, () => addFinalizer(context, claim));

  // 3. Tell it, unless a step of ours is under way that will soon have more to tell.
  const patience = verdict.settled && verdict.underWay ? patienceLeft(context, key) : 0;
  if (patience > 0) return { requeueAfterMs: patience };
  underWaySince.delete(key);
  const before = claim.status ?? noStatus;
  const status = statusOf(verdict, ready, claim.generation, before, timestamp(context.clock));
  const told = !verdict.settled || sameStatus(before, status);
  return told ? undefined : written(context, claim, () => tell(context, run, claim, before, status, verdict));
}

/** Milliseconds until a claim that was too large to be written is looked at again, unless it changes before. */
const tooLargeMs = 300_000;

/**
 * Writes into the claim. One that is too large stays so until somebody makes it smaller: it is told, and left for a while.
 * One into which nothing can be written takes no host that it does not hold, so that nobody waits behind it.
 */
async function written(context: Context, claim: Claim, write: () => Promise<void>): Promise<WorkOutcome | undefined> {
  const { state } = context;
  const crowd = crowdOf(claim);
  try {
    if (crowd === undefined) {
      await write();
      state.setUnwritable(claim, false);
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof KubeError) || (error.kind !== "tooLarge" && error.kind !== "refused")) throw error;
    if (error.kind === "refused") {
      if (state.setUnwritable(claim, true)) sayRefused(context, claim, error);
      throw error;
    }
  }
  state.setUnwritable(claim, true);
  sayTooLarge(context, claim, crowd ?? claimMessages.objectTooLarge(claim.finalizers.count));
  context.claimTooLarge();
  return { requeueAfterMs: tooLargeMs };
}

/** Why nothing is written into the claim at all; undefined: it is. */
function crowdOf({ crowded, finalizers: { count, ours } }: Claim): string | undefined {
  if ((ours === undefined ? count : count - 1) > mostEntries)
    return claimMessages.tooManyFinalizers(count, mostEntries);
  return crowded === true ? claimMessages.tooManyEntries(mostEntries) : undefined;
}

/** Tells it. That the watch shows what was written is no reason to look at it again. */
async function tell(
  context: Context,
  run: KeyRun,
  claim: Claim,
  before: ClaimStatus,
  status: ClaimStatus,
  { reason, phase }: ClaimVerdict,
): Promise<void> {
  const { state } = context;
  const { revision } = state;
  const { resourceVersion } = await writeClaimStatus(context, claim, before, status);
  const shown = state.world.claim(claim.namespace, claim.name)?.resourceVersion;
  if (state.revision === revision && shown === resourceVersion) run.begin();
  if (before.phase !== phase || before.reason !== reason) context.decided(phase, reason);
}

function patienceLeft({ clock, underWaySince }: Context, key: string): number {
  const now = clock.monotonic();
  const since = underWaySince.get(key) ?? now;
  underWaySince.set(key, since);
  return since + patienceMs - now;
}

const noStatus: ClaimStatus = {
  phase: "Pending",
  reason: "",
  message: "",
  lastUpdateTime: "",
  observedGeneration: 0,
  conditions: [],
};
