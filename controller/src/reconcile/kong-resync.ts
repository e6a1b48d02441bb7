import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { some } from "@domain-claims/crds/messages/words";
import { resync } from "../apply/kong/resync.ts";
import type { Listing } from "../apply/kong/resync.ts";
import { requireSupportedKong } from "../kong/client.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import { compareText } from "../world/compare.ts";
import type { Pieces } from "../world/pieces.ts";
import type { Context } from "./context.ts";
import type { Work } from "./work-row.ts";

/** The one key of this kind. */
export const everything = "everything";

/** So many hosts are named in a line of the log. */
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
  const { actual, kong, log, proof, settings, state } = context;
  const first = !state.kong.synced;
  try {
    const info = await kong.info(signal);
    const { doubt, problem } = requireSupportedKong(info);
    if (problem !== undefined) {
      context.onUnusableKong(problem);
      return undefined;
    }
    context.kongSaid(info);
    const prover = context.proverFor(info);
    proof.useProver(prover);
    const { drift, foreignForgotten = 0, hosts, perhapsLeft } = await resync(context, signal);
    if (first) {
      const { served, unheardOf } = await context.eventLoop.inPieces(servedHosts(context));
      if (served > 0 && unheardOf.length === served) {
        context.onUnusableKong(ofAnotherCluster(unheardOf, settings.kongTag));
        return undefined;
      }
      if (unheardOf.length > 0)
        log.warn(counted(unheardOf), "Kong has our routes for hosts of which the register says nothing; they leave");
    }
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
      proof.whenProved("kong", () => state.setKong({ ...state.kong, unproved: false }));
    }
    if (!first && drift.hosts.size + drift.shared > 0) {
      const found = { ...counted([...drift.hosts]), shared: drift.shared };
      log.warn(found, "Kong differs from what was written; repairing");
      context.driftFound(drift.hosts.size);
    }
    await context.eventLoop.inPieces(enqueued(context, { hosts, perhapsLeft }));
  } catch (error) {
    context.kongAway();
    throw error;
  }
  const { kongTimeoutMs, resyncMs } = context;
  // For so long, writes of whoever led before may still arrive.
  if (first) return { requeueAfterMs: resyncMs > 0 ? Math.min(kongTimeoutMs, resyncMs) : kongTimeoutMs };
  return resyncMs > 0 ? { requeueAfterMs: resyncMs } : undefined;
}

/** Hosts that are looked at before others may have their turn: there may be very many. */
const piece = 200;

/** Has everything looked at that a listing had otherwise than it was known. */
function* enqueued(
  { enqueue, review }: Context,
  { hosts, perhapsLeft }: Pick<Listing, "hosts" | "perhapsLeft">,
): Pieces<void> {
  let looked = 0;
  for (const key of hosts) {
    if (++looked % piece === 0) yield;
    enqueue({ kind: "host", key });
  }
  for (const slot of perhapsLeft) {
    if (++looked % piece === 0) yield;
    review(slot);
  }
}

/** How many hosts Kong serves with what carries our tag, and those of them of which the register says nothing. */
function* servedHosts({
  actual,
  state,
}: Context): Pieces<{ readonly served: number; readonly unheardOf: readonly Host[] }> {
  const served = new Set<Host>();
  const unheardOf = new Set<Host>();
  let looked = 0;
  for (const host of actual.hosts("routes")) {
    if (++looked % piece === 0) yield;
    if (host === anyHost || state.live(host).namespaces.length === 0) continue;
    served.add(host);
    if (state.world.record(host) === undefined) unheardOf.add(host);
  }
  return { served: served.size, unheardOf: [...unheardOf] };
}

/**
 * The record of a host is written before its routes, and outlives them: where the register says nothing of any, they are another
 * cluster's, and that its sites go on is worth more than that ours begin.
 */
function ofAnotherCluster(hosts: readonly RouteHost[], tag: string): string {
  const named = some([...hosts].sort(compareText));
  return (
    `Kong has routes with the tag ${tag}, and this cluster's register says nothing of any of their hosts: ${named}. ` +
    "They seem to be another cluster's, whose sites would be gone: give this controller another --kong-tag. " +
    "If they are left over, remove them by their tag (docs/uninstall.md); if the register was lost, restore it (docs/restore.md)"
  );
}

function counted(hosts: readonly RouteHost[]): { readonly hosts: number; readonly first: readonly RouteHost[] } {
  return { hosts: hosts.length, first: [...hosts].sort(compareText).slice(0, mostNamed) };
}
