import { resync } from "../apply/kong/resync.ts";
import { requireSupportedKong } from "../kong/client.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { compareText } from "../world/compare.ts";
import type { Context } from "./context.ts";
import type { Work } from "./work-row.ts";

/** The one key of this kind. */
export const everything = "everything";

/** So many of the hosts for which Kong had something else are named in the log. */
const mostNamed = 20;

/** Kong as a whole: everything of ours is listed when a term begins, and again and again since drift may be there (rule L7). */
export const kongResyncWork: Work = {
  concurrency: 1,
  needsKong: true,
  keysFor: () => [],
  tenantOf: () => undefined,
  reconcile,
};

async function reconcile(context: Context, _key: string, { signal }: KeyRun): Promise<WorkOutcome | undefined> {
  const { actual, enqueue, kong, log, proof, state } = context;
  const first = !state.kong.synced;
  try {
    const info = await kong.info(signal);
    const { doubt, problem } = requireSupportedKong(info);
    if (problem !== undefined) {
      context.onUnsupportedKong(problem);
      return undefined;
    }
    context.kongSaid(info);
    const prover = context.proverFor(info);
    proof.useProver(prover);
    const { drift, foreignForgotten = 0, hosts, perhapsLeft } = await resync(context, signal);
    context.foreignForgotten(foreignForgotten);
    if (foreignForgotten > 0) {
      log.warn({ hosts: foreignForgotten }, "foreign routes in Kong name more hosts than are remembered");
    }
    const { preFunction, srvFirst } = info;
    const unproved = first ? prover !== undefined : state.kong.unproved === true;
    state.setKong({ synced: true, preFunction, srvFirst, unproved, asks: proof.asks });
    if (first) {
      if (doubt !== undefined) log.warn({ kong: info.version }, doubt);
      log.info({ routes: actual.count("routes"), proof: prover?.how ?? "none" }, "Kong's entities are known");
      proof.whenProved(() => state.setKong({ ...state.kong, unproved: false }));
    }
    if (!first && drift.hosts.size + drift.shared > 0) {
      const named = [...drift.hosts].sort(compareText).slice(0, mostNamed);
      const found = { hosts: drift.hosts.size, first: named, shared: drift.shared };
      log.warn(found, "Kong differs from what was written; repairing");
      context.driftFound(drift.hosts.size);
    }
    for (const key of hosts) enqueue({ kind: "host", key });
    for (const slot of perhapsLeft) context.review(slot);
  } catch (error) {
    context.kongAway();
    throw error;
  }
  const { kongTimeoutMs, resyncMs } = context;
  // For so long, writes of whoever led before may still arrive.
  if (first) return { requeueAfterMs: resyncMs > 0 ? Math.min(kongTimeoutMs, resyncMs) : kongTimeoutMs };
  return resyncMs > 0 ? { requeueAfterMs: resyncMs } : undefined;
}
