import type { SourceVerdict } from "../plan/source.ts";
import type { KeyRun } from "../queue/work-queue-options.ts";
import { Facts } from "../world/facts.ts";
import { objectKey } from "../world/keys.ts";
import type { Pieces } from "../world/pieces.ts";
import { Reads } from "../world/reads.ts";
import type { Source } from "../world/source.ts";
import type { LoadBalancerAddress } from "../world/core-v1.ts";
import type { WorldEvent } from "../world/event.ts";
import type { Context } from "./context.ts";
import { verdictInPieces } from "./source.ts";
import { news } from "./told-source.ts";
import type { ToldSource } from "./told-source.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/** One Ingress: the gateway's address while it is live (rule L9), and what it is told in events. */
export const ingressWork: Work = {
  concurrency: 8,
  // One with a thousand hosts is at work for long: one tenant's leave places for the others'.
  concurrencyPerTenant: 6,
  // An Ingress may name thousands of hosts: it is told once what has happened to them in one turn.
  coalesced: true,
  keysFor: (event: WorldEvent) => {
    if (event.kind !== "Ingress") return [];
    const { namespace, name } = event.type === "set" ? event.object : event;
    return [objectKey(namespace, name)];
  },
  tenantOf: (_state, key) => splitKey(key).namespace,
  reconcile,
};

async function reconcile(context: Context, key: string, run: KeyRun): Promise<undefined> {
  run.begin();
  const { namespace, name } = splitKey(key);
  const item = nameOfItem({ kind: "ingress", key });
  const { addresses, ingress, reads, verdict } = await context.eventLoop.inPieces(decided(context, key));
  context.readers.record(item, reads);
  if (ingress === undefined) {
    context.readers.forget(item);
    context.toldSources.forget(namespace, name);
    return undefined;
  }
  const told = context.toldSources.get(ingress);
  if (verdict === undefined) {
    // Served before and not any more: its address goes. One that was never ours is not touched.
    context.toldSources.forget(namespace, name);
    if (told !== undefined && !ingress.deleting) await writeAddresses(context, ingress, []);
    return undefined;
  }
  say(context, ingress, verdict, told);
  if (verdict.live !== undefined) await writeAddresses(context, ingress, addresses);
  return undefined;
}

/** What is decided about an Ingress, and the facts on which that rests. */
interface DecidedIngress {
  readonly ingress: Source | undefined;
  /** Undefined for one that is gone, or not ours. */
  readonly verdict: SourceVerdict | undefined;
  readonly addresses: readonly LoadBalancerAddress[];
  readonly reads: Reads;
}

/** Decides in pieces. What one of them has read may change before the last one ends: that has all of it done again. */
function* decided({ addresses, readers, settings, state }: Context, key: string): Pieces<DecidedIngress> {
  const { namespace, name } = splitKey(key);
  const item = nameOfItem({ kind: "ingress", key });
  const reads = new Reads();
  let facts = new Facts(state);
  const noteReads = (): void => {
    reads.addAll(facts.reads);
    readers.add(item, facts.reads);
  };
  const ingress = facts.source({ kind: "Ingress", namespace, name });
  if (ingress === undefined) return { ingress, verdict: undefined, addresses: [], reads: facts.reads };
  // Whoever looks again has done with what was seen before.
  const look = (): Facts => {
    noteReads();
    facts = new Facts(state);
    return facts;
  };
  const pieces = verdictInPieces(settings, ingress, look);
  for (;;) {
    const { done, value: verdict } = pieces.next();
    const shown = done === true && verdict?.live === true ? addresses(facts) : [];
    noteReads();
    if (done === true) return { ingress, verdict, addresses: shown, reads };
    yield;
  }
}

async function writeAddresses(
  context: Context,
  ingress: Source,
  addresses: readonly LoadBalancerAddress[],
): Promise<void> {
  if (ingress.crowded === true || text(ingress.addresses) === text(addresses)) return;
  const resourceVersion = await context.kube.applySourceStatus(ingress, addresses);
  context.state.world.learn({ type: "set", kind: "Ingress", object: { ...ingress, addresses, resourceVersion } });
}

/** Says what has not been said yet. That it is live is not said to an Ingress which shows it already. */
function say(context: Context, ingress: Source, verdict: SourceVerdict, told: ToldSource | undefined): void {
  const { namespace, name, uid } = ingress;
  const regarding = { apiVersion: "networking.k8s.io/v1", kind: ingress.kind, namespace, name, uid };
  const shown = told === undefined && ingress.addresses.length > 0;
  const { notices, now } = news(verdict, told);
  for (const { type, reason, message } of notices) {
    if (reason === "Programmed" && shown) continue;
    context.events.record({ regarding, type, reason, action: "Program", note: message });
  }
  context.toldSources.set(ingress, now);
}

function text(addresses: readonly LoadBalancerAddress[]): string {
  return addresses.map(({ ip, hostname }) => ip ?? hostname ?? "").join();
}
