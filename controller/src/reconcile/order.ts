import type { Host } from "@domain-claims/crds/hostname";
import { forgetGroup, placeOrders, rememberGroup, removeSecret } from "../apply/kube/certificates.ts";
import { decideGroup } from "../decide/certificates/group.ts";
import type { GroupDecision } from "../decide/certificates/group.ts";
import type { OrderSettings } from "../decide/certificates/limits.ts";
import { renumbered } from "../decide/certificates/renumbered.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import type { DomainCertificate } from "../world/domain-certificate.ts";
import { Facts } from "../world/facts.ts";
import { objectKey } from "../world/keys.ts";
import type { WorldEvent } from "../world/event.ts";
import type { Context } from "./context.ts";
import { lookAt } from "./group-look.ts";
import type { GroupLook } from "./group-look.ts";
import { isTold, reportOf } from "./group-report.ts";
import { askEffect } from "./in-effect.ts";
import { leftSecrets, removeUnneededCertificates } from "./order-removal.ts";
import { orderStates, shownOf } from "./order-states.ts";
import type { OrderLook } from "./order-states.ts";
import { leaveLine, takeTurn } from "./order-turns.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-row.ts";

/**
 * The certificates of one namespace for one registrable domain. The budgets are everybody's, so one group is decided after
 * the other: what the one has spent is known before the next is looked at.
 */
export const orderWork: Work = {
  concurrency: 1,
  coalesced: true,
  keysFor,
  firstKeys: ({ state }) => [...state.world.certificates.all()].map((one) => objectKey(one.namespace, one.name)),
  tenantOf: (_state, key) => splitKey(key).namespace,
  reconcile,
};

function keysFor(event: WorldEvent): readonly string[] {
  if (event.kind === "Certificate" && event.type === "set") {
    return [objectKey(event.object.namespace, event.object.owner.name)];
  }
  if (event.kind !== "DomainCertificate") return [];
  const { namespace, name } = event.type === "set" ? event.object : event;
  return [objectKey(namespace, name)];
}

/** Milliseconds after which a group is looked at again whose next step waits for something that tells nobody. */
const againMs = 60_000;

/** Milliseconds between two looks at one group: many of its names change at once, and each look is at all of them. */
const betweenMs = 250;

/** Does the group's work; one that fails loses its turn, so that it keeps nobody waiting. */
async function reconcile(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  try {
    return await reconcileGroup(context, key, run);
  } catch (error) {
    leaveLine(context, key);
    throw error;
  }
}

async function reconcileGroup(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  run.begin();
  const { clock, lookedAt, ordered, orders, readers, state, wantedSince } = context;
  const { namespace, name: domain } = splitKey(key);
  if (orders === undefined) return void (await letGo(context, namespace, domain));
  const item = nameOfItem({ kind: "order", key });

  const pause = pauseOf(context, key);
  if (pause > 0) return { requeueAfterMs: pause };

  // 1. Ask the API server which names hold up the orders that failed, or are late.
  const looks = await orderStates(context, orders.limits, namespace, domain);

  // 2. Decide.
  const look = await context.eventLoop.inPieces(lookAt(context, orders, namespace, domain));
  const { certificates, group, issuerRef, names, reads, stored } = look;
  readers.record(item, reads);
  if (!state.kong.synced) return undefined;
  if (stored === undefined && names.wanted.length === 0) {
    readers.forget(item);
    wantedSince.delete(key);
    lookedAt.delete(key);
    leaveLine(context, key);
    return undefined;
  }
  for (const host of names.unserved) askEffect(context, host);
  const now = clock.now();
  const decision = await decideInTurn(context, orders, key, look, looks, now);

  // Of one that is being deleted, as with its namespace, the world remembers what it has spent.
  const isOver = decision.finished || (stored?.deleting === true && group.certificates.length === 0);
  if (isOver && certificates.size === 0) {
    for (const secret of leftSecrets(new Facts(state), stored)) await removeSecret(context, secret);
    if (stored !== undefined) await forgetGroup(context, stored);
    return undefined;
  }

  // 3. Write it down.
  const report = reportOf(decision, names.wanted);
  const object = isTold(stored, decision, report)
    ? stored
    : await rememberGroup(context, { namespace, name: domain as DomainCertificate["name"] }, stored, {
        group: decision.group,
        report,
      });
  for (const result of [...decision.results, ...decision.orders.map(() => "ordered" as const)]) ordered(result);

  // 4. Order by it.
  if (object !== undefined) {
    const known = new Map([...certificates.values()].map((certificate) => [certificate.name, certificate]));
    const taken = await placeOrders(context, object, known, issuerRef);
    // The next look orders it by the other number.
    if (taken.size > 0)
      return void (await rememberGroup(context, object, object, { group: renumbered(object.group, taken), report }));
  }

  // 5. Remove what it does without, and what a removal that was cut off has left.
  await removeUnneededCertificates(context, key, look, decision.group);
  return nextLook(decision, now);
}

/**
 * Where nothing is ordered any more, nothing has to be remembered of a group that is deleted, and its namespace does not wait for
 * it. Its Certificates go with it, as it owns them.
 */
async function letGo(context: Context, namespace: string, domain: string): Promise<void> {
  const stored = new Facts(context.state).domainCertificate(namespace, domain);
  if (stored?.deleting === true) await forgetGroup(context, stored);
}

/** Milliseconds until the group may be looked at again. */
function pauseOf({ clock, lookedAt }: Context, key: string): number {
  const now = clock.monotonic();
  const pause = (lookedAt.get(key) ?? -Infinity) + betweenMs - now;
  if (pause <= 0) lookedAt.set(key, now);
  return Math.max(0, pause);
}

/** Decides the group: where it waits for room in the budgets, it stands in line for that then. */
async function decideInTurn(
  context: Context,
  orders: OrderSettings,
  key: string,
  { certificates, group, issuer, names }: GroupLook,
  looks: ReadonlyMap<string, OrderLook>,
  now: number,
): Promise<GroupDecision> {
  const { orderTurns, state, wantedSince } = context;
  const { namespace, name: domain } = splitKey(key);
  const heldNames = orders.approveRequests ? names.held : undefined;
  const others = {
    ...state.world.certificates.othersOf(namespace, domain, now - orders.limits.reservedMs),
    ...orderTurns.before(namespace),
  };
  const deciding = decideGroup({
    group,
    shown: new Map([...certificates].map(([number, one]) => [number, shownOf(one, looks, heldNames)])),
    wanted: sinceOf(wantedSince, key, names.wanted, now).map((name) => ({
      ...name,
      isServed: !names.unserved.has(name.host),
    })),
    lost: names.lost,
    others,
    issuer,
    limits: orders.limits,
    now,
  });
  const decision = await context.eventLoop.inPieces(deciding);
  takeTurn(context, key, others, decision);
  return decision;
}

/** Since when each name is wanted, as far as this process has seen; a name that is not forgotten meanwhile. */
function sinceOf(
  wantedSince: Map<string, ReadonlyMap<Host, number>>,
  key: string,
  wanted: readonly Host[],
  now: number,
): readonly { readonly host: Host; readonly since: number }[] {
  const before = wantedSince.get(key);
  const since = wanted.map((host) => ({ host, since: before?.get(host) ?? now }));
  wantedSince.set(key, new Map(since.map((name) => [name.host, name.since])));
  return since;
}

function nextLook({ nextLookAt, waiting, waitsForRoom }: GroupDecision, now: number): WorkOutcome | undefined {
  const blind =
    waitsForRoom || waiting.some(({ reason, until }) => reason === "BudgetExhausted" && until === undefined);
  const next = Math.min(nextLookAt ?? Infinity, blind ? now + againMs : Infinity);
  return next === Infinity ? undefined : { requeueAfterMs: Math.max(0, next - now) };
}
