import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import type { Entities, KongRoute, KongSni } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";
import { isRedirect } from "../../plan/kong/redirect.ts";
import { taggedNamespace } from "../../plan/kong/tags.ts";
import type { Programmed } from "../../world/kong-state.ts";
import type { KongContext } from "./context.ts";
import { putEntity, removeEntity } from "./entity.ts";
import { outcome, tlsOutcome, worthAnotherTry } from "./outcome.ts";
import { mostInPiece, Piece } from "./piece.ts";
import type { Ending } from "./piece.ts";
import { publishLive } from "./publish-live.ts";
import { Step } from "./round.ts";
import type { OwnCollection, Round } from "./round.ts";
import { missingRoutes, putRoute } from "./route.ts";
import { reviewUnneeded } from "./shared.ts";
import { stayingRoutes, withoutHttp } from "./staying.ts";
import { lacksStandby, putStandby } from "./standby.ts";
import { missingSni, putSni } from "./tls.ts";

/** How programming a host went: what decisions are told, and the error for which it has to be tried again. */
export interface Programming {
  readonly programmed: Programmed;
  readonly failure: unknown;
  /** True if the host is to be decided anew before all was done: what is left is up to that decision. */
  readonly superseded: boolean;
  /** True if a piece of the work was done and there is more: it is the others' turn first. */
  readonly unfinished: boolean;
}

/**
 * Makes Kong have what the plan says for one host, and no more: what belongs to another namespace leaves first, then the
 * SNI is written after its certificate, and each route after its service and the service's plugins, then what is left over
 * goes. One route that fails
 * stops no other. A host with many routes is done piece by piece: while it is unfinished call it again, with the same plan
 * if nothing has changed. Where somebody has asked for the host meanwhile it is looked anew what Kong has of it (rule L7).
 */
export async function programHost(context: KongContext, plan: HostPlan, ending: Ending): Promise<Programming> {
  const { rounds } = context;
  const { host } = plan;
  const before = rounds.get(host);
  const round = ending.continued && before?.plan === plan ? before : newRound(context, plan, before);
  if (round !== before) {
    expectRoutes(context, plan);
    holdLeads(context, round);
  }
  const piece = new Piece(round.failures, ending);
  const { standby } = plan;
  if (standby !== undefined && !ending.urgent)
    await putStandby(context, standby, round.failures, mostInPiece, ending.signal);
  for (const step of round.steps) {
    if (ending.urgent && step.act === "put" && step.left > 0) break;
    await (step.collection === "routes"
      ? piece.work(step, (route) => workOnRoute(context, plan, step.act, route, ending.signal))
      : piece.work(step, (sni) => workOnSni(context, plan, step.act, sni, ending.signal)));
  }

  const failures = [...round.failures.values()];
  const ofRoutes = [...round.failures].flatMap(([id, failure]) => (id === plan.tls?.sni.id ? [] : [failure]));
  const { superseded } = piece;
  const lacks = standby !== undefined && lacksStandby(context, standby, round.failures);
  const isLeft = lacks || round.steps.some(({ left }) => left > 0);
  const unfinished = !superseded && piece.wentWell && isLeft;
  if (unfinished) rounds.set(host, round);
  else endRound(context, round, superseded);
  const underWay = unfinished && ofRoutes.length === 0;
  return {
    programmed: underWay
      ? { reason: "Programming", message: conditionMessages.programmingPieces }
      : { ...outcome(plan, ofRoutes), ...tlsOutcome(plan, round.failures) },
    failure: unfinished || (superseded && piece.wentWell) ? undefined : (failures.find(worthAnotherTry) ?? failures[0]),
    superseded,
    unfinished,
  };
}

async function workOnRoute(
  context: KongContext,
  plan: HostPlan,
  act: Step["act"],
  route: KongRoute,
  signal: AbortSignal,
): Promise<void> {
  if (act === "remove") await removeEntity(context, "routes", route.id, signal);
  else if (act === "narrow") await narrowRoute(context, route, signal);
  else
    await putRoute(context, plan, route, signal).catch((error: unknown) => giveUpRoute(context, route, error, signal));
}

/**
 * Throws the error that a route was not written for. Where no further try will change that, what is in its place leaves if it
 * is nobody's answer any more: the route of whoever handed the host over, or the redirect of a host that is to be redirected
 * no longer, for whose end the name that it leads to may wait (rule N2).
 */
async function giveUpRoute(
  context: KongContext,
  route: KongRoute,
  error: unknown,
  signal: AbortSignal,
): Promise<never> {
  const before = context.actual.get("routes", route.id);
  const isOver =
    before !== undefined && (namespaceOf(before) !== namespaceOf(route) || (isRedirect(before) && !isRedirect(route)));
  if (isOver && !worthAnotherTry(error)) await removeEntity(context, "routes", route.id, signal);
  throw error;
}

/** A route that can't be narrowed, which no further try will change, leaves: it is open to whom it is not meant for. */
async function narrowRoute(context: KongContext, route: KongRoute, signal: AbortSignal): Promise<void> {
  try {
    await putEntity(context, "routes", route, signal);
  } catch (error) {
    if (worthAnotherTry(error)) throw error;
    await removeEntity(context, "routes", route.id, signal);
  }
}

async function workOnSni(
  context: KongContext,
  { tls }: HostPlan,
  act: Step["act"],
  sni: KongSni,
  signal: AbortSignal,
): Promise<void> {
  if (act === "remove") await removeEntity(context, "snis", sni.id, signal);
  else if (tls !== undefined) await putSni(context, tls, signal);
}

/** What is to be done for the plan. What failed in the round before, which was not ended, is not tried again now. */
function newRound(context: KongContext, plan: HostPlan, before: Round | undefined): Round {
  reviewUnneeded(context, context.desired.set(plan));
  const present = context.actual.forHost("routes", plan.host);
  const isNeeded = ({ id }: KongRoute): boolean => context.desired.isNeeded({ collection: "routes", id });
  const unneeded = present.filter((route) => !isNeeded(route));
  const staying = stayingRoutes(context, plan, unneeded);
  const unwanted = unneeded.filter((route) => !staying.has(route));
  const open = [...staying].flatMap((route) => withoutHttp(plan.staying, route) ?? []);
  const snis = context.actual.forHost("snis", plan.host);
  const unwantedSnis = snis.filter(({ id }) => id !== plan.tls?.sni.id);
  const namespaces = new Set(plan.routes.map(namespaceOf));
  const isOthers = (entity: KongRoute | KongSni): boolean => !namespaces.has(namespaceOf(entity));
  const isOwn = (entity: KongRoute | KongSni): boolean => !isOthers(entity);

  const missing = missingSni(context, plan.tls);
  const concerned = new Set([...plan.routes, ...unwanted, ...open, ...unwantedSnis, ...missing].map(({ id }) => id));
  for (const { service } of plan.standby?.targets ?? []) concerned.add(service.id);
  const failures = new Map([...(before?.failures ?? [])].filter(([id]) => concerned.has(id)));
  const step = <C extends OwnCollection>(collection: C, act: Step["act"], entities: readonly Entities[C][]): Step<C> =>
    new Step(
      collection,
      act,
      entities.filter(({ id }) => !failures.has(id)),
    );

  return {
    plan,
    steps: [
      step("routes", "remove", unwanted.filter(isOthers)),
      step("routes", "narrow", open),
      step("snis", "remove", unwantedSnis.filter(isOthers)),
      step("snis", "put", missing),
      step("routes", "put", missingRoutes(context, plan)),
      // Routes redirect to HTTPS no longer when the certificate goes (rule T11).
      step("snis", "remove", unwantedSnis.filter(isOwn)),
      step("routes", "remove", unwanted.filter(isOwn)),
    ],
    failures,
  };
}

/** Where the round was superseded, what was to come alive as a whole is still on its way. */
function endRound(context: KongContext, { plan }: Round, superseded: boolean): void {
  const { actual, rounds } = context;
  rounds.delete(plan.host);
  const arrived = !superseded && actual.arriving.delete(plan.host);
  const held = actual.ledBefore.delete(plan.host);
  if (arrived || held || actual.pending.for(plan.host).length > 0) {
    actual.pending.set(plan.host, []);
    publishLive(context, plan.host);
  }
}

/**
 * From now on until the round ends, decisions take the routes of a wildcard or of any host for live: the guards below it
 * stay for as long as its routes may still arrive (rule L2b), also when it has lost its right to them meanwhile. Where Kong
 * has none yet they come alive as a whole: none of them waits for what the others have changed.
 */
function expectRoutes(context: KongContext, { host, routes, guard }: HostPlan): void {
  if (host !== anyHost && !isWildcard(host)) return;
  const { actual } = context;
  const coming = routes.filter((route) => route !== guard);
  if (coming.length === 0) actual.arriving.delete(host);
  else if (actual.forHost("routes", host).every(({ id }) => id === guard?.id)) actual.arriving.add(host);
  actual.pending.set(host, coming.map(namespaceOf));
  publishLive(context, host);
}

/**
 * Until the round ends decisions take the host's routes to lead where they led: each of a thousand that is led elsewhere would
 * have all of them planned anew (rule X2).
 */
function holdLeads({ actual, state }: KongContext, { plan: { host }, steps }: Round): void {
  const changes = steps.some(({ collection, left }) => collection === "routes" && left > 0);
  if (changes && !actual.ledBefore.has(host)) actual.ledBefore.set(host, state.live(host).leadsTo ?? []);
}

/** Tells decisions where the host's routes lead by now: what goes on no longer as it was planned rests on that. */
export function showLeads(
  context: Pick<KongContext, "actual" | "handshakes" | "proof" | "settings" | "state">,
  host: RouteHost,
): void {
  if (context.actual.ledBefore.delete(host)) publishLive(context, host);
}

function namespaceOf({ tags }: KongRoute | KongSni): string {
  return taggedNamespace(tags) ?? "";
}
