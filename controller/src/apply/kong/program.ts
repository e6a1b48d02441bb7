import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages";
import { serviceOf } from "../../plan/kong/collections.ts";
import type { KongRoute } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";
import { taggedNamespace } from "../../plan/kong/tags.ts";
import type { Programmed } from "../../world/kong-state.ts";
import type { KongContext } from "./context.ts";
import { publishLive, removeEntity } from "./entity.ts";
import { outcome, worthAnotherTry } from "./outcome.ts";
import { Stage } from "./round.ts";
import type { Round } from "./round.ts";
import { missingRoutes, putRoute } from "./route.ts";

/** How programming a host went: what decisions are told, and the error for which it has to be tried again. */
export interface Programming {
  readonly programmed: Programmed;
  readonly failure: unknown;
  /** True if the host is to be decided anew before all was done: what is left is up to that decision. */
  readonly superseded: boolean;
  /** True if a piece of the work was done and there is more: it is the others' turn first. */
  readonly unfinished: boolean;
}

/** When a host's work is to end. */
export interface Ending {
  readonly signal: AbortSignal;
  /** True once the host is going to be decided anew right after this. */
  readonly askedAgain: () => boolean;
  /** True if nothing is to be written before what has to leave has left: what is to come has its turn later. */
  readonly urgent: boolean;
}

/** Routes of one host that are on their way to Kong at once: a tenant may have thousands, and others wait behind them. */
const mostAtOnce = 8;

/** Routes of one host that are written or removed before others have their turn. */
const mostInPiece = 16;

/**
 * Makes Kong have what the plan says for one host, and no more: what belongs to another namespace leaves first, then
 * each route is written after its service and the service's plugins, then what is left over goes. One route that fails
 * stops no other. A host with many routes is done piece by piece: while it is unfinished call it again, with the same plan
 * if nothing has changed.
 */
export async function programHost(context: KongContext, plan: HostPlan, ending: Ending): Promise<Programming> {
  const { rounds } = context;
  const { host } = plan;
  const before = rounds.get(host);
  const round = before?.plan === plan ? before : newRound(context, plan, before);
  if (round !== before) expectRoutes(context, plan);
  const piece = new Piece(round.failures, ending);
  for (const stage of round.stages) {
    if (ending.urgent && stage.act === "put" && stage.left > 0) break;
    await piece.work(stage, (route) =>
      stage.act === "put"
        ? putRoute(context, plan, route, ending.signal)
        : removeEntity(context, "routes", route.id, ending.signal),
    );
  }

  const failures = [...round.failures.values()];
  const { superseded } = piece;
  const unfinished = !superseded && piece.wentWell && round.stages.some(({ left }) => left > 0);
  if (unfinished) rounds.set(host, round);
  else endRound(context, round);
  const underWay = unfinished && failures.length === 0;
  return {
    programmed: underWay
      ? { reason: "Programming", message: conditionMessages.programmingPieces }
      : outcome(plan, failures),
    failure: unfinished || (superseded && piece.wentWell) ? undefined : (failures.find(worthAnotherTry) ?? failures[0]),
    superseded,
    unfinished,
  };
}

/** What is to be done for the plan. What failed in the round before, which was not ended, is not tried again now. */
function newRound(context: KongContext, plan: HostPlan, before: Round | undefined): Round {
  const dropped = context.desired.set(plan);
  const present = context.actual.forHost("routes", plan.host);
  const unwanted = present.filter(({ id }) => !context.desired.isNeeded({ collection: "routes", id }));
  const namespaces = new Set(plan.routes.map(namespaceOf));
  const isOthers = (route: KongRoute): boolean => !namespaces.has(namespaceOf(route));

  const concerned = new Set([...plan.routes, ...unwanted].map(({ id }) => id));
  const failures = new Map([...(before?.failures ?? [])].filter(([id]) => concerned.has(id)));
  const stage = (act: Stage["act"], routes: readonly KongRoute[]): Stage =>
    new Stage(
      act,
      routes.filter(({ id }) => !failures.has(id)),
    );

  // A route may have been led elsewhere: what it led to before, also in an earlier term, may be needed no longer.
  const needed = new Set(plan.services.map(({ id }) => id));
  const droppedServices = dropped.filter(({ collection }) => collection === "services").map(({ id }) => id);
  const led = [...present.map(serviceOf), ...droppedServices, ...(before?.leftBehind ?? [])];
  return {
    plan,
    stages: [
      stage("remove", unwanted.filter(isOthers)),
      stage("put", missingRoutes(context, plan)),
      stage(
        "remove",
        unwanted.filter((route) => !isOthers(route)),
      ),
    ],
    failures,
    leftBehind: new Set(led.filter((id) => !needed.has(id))),
  };
}

function endRound(context: KongContext, { plan, leftBehind }: Round): void {
  context.rounds.delete(plan.host);
  if (context.actual.pending.for(plan.host).length > 0) {
    context.actual.pending.set(plan.host, []);
    publishLive(context, plan.host);
  }
  for (const id of leftBehind) context.reviewService(id);
}

/** A bounded part of the work on one host. */
class Piece {
  superseded = false;
  readonly #failures: Map<string, unknown>;
  readonly #ending: Ending;
  #begun = 0;
  #failedForNow = 0;
  #over = false;

  constructor(failures: Map<string, unknown>, ending: Ending) {
    this.#failures = failures;
    this.#ending = ending;
  }

  /** False if nothing went well that may go well another time: more of the same is left until then. */
  get wentWell(): boolean {
    return this.#begun === 0 || this.#failedForNow < this.#begun;
  }

  /**
   * Does it for the routes of the stage, a few at once, as far as the piece goes; what fails stops no other. When the host
   * is to be decided anew meanwhile, no further one is begun, as it may have been revoked (rule L4).
   */
  async work(stage: Stage, act: (route: KongRoute) => Promise<void>): Promise<void> {
    if (this.#over) return;
    const routes = stage.take(mostInPiece - this.#begun);
    let next = 0;
    const oneByOne = async (): Promise<void> => {
      for (let route = routes[next]; route !== undefined; route = routes[next]) {
        if (next >= mostAtOnce && this.#ending.askedAgain()) return;
        next += 1;
        await this.#attempt(route, act);
      }
    };
    await Promise.all(Array.from({ length: mostAtOnce }, oneByOne));
    this.superseded = next < routes.length;
    this.#over = this.superseded || stage.left > 0;
  }

  async #attempt(route: KongRoute, act: (route: KongRoute) => Promise<void>): Promise<void> {
    this.#begun += 1;
    try {
      await act(route);
    } catch (error) {
      this.#failures.set(route.id, error);
      if (worthAnotherTry(error)) this.#failedForNow += 1;
    }
  }
}

/**
 * From now on until the round ends, decisions take the routes of a wildcard or of any host for live: the guards below it
 * stay for as long as its routes may still arrive (rule L2b), also when it has lost its right to them meanwhile.
 */
function expectRoutes(context: KongContext, { host, routes, guard }: HostPlan): void {
  if (host !== anyHost && !isWildcard(host)) return;
  context.actual.pending.set(host, routes.filter((route) => route !== guard).map(namespaceOf));
  publishLive(context, host);
}

function namespaceOf(route: KongRoute): string {
  return taggedNamespace(route.tags) ?? "";
}
