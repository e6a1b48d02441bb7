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
}

/** Routes of one host that are on their way to Kong at once: a tenant may have thousands, and others wait behind them. */
const mostAtOnce = 8;

/** Routes of one host that are written or removed before others have their turn. */
const mostInPiece = 16;

/**
 * Makes Kong have what the plan says for one host, and no more: what belongs to another namespace leaves first, then
 * each route is written after its service and the service's plugins, then what is left over goes. One route that fails
 * stops no other. A host with many routes is done piece by piece, in the same order: call it again while it is unfinished.
 */
export async function programHost(context: KongContext, plan: HostPlan, ending: Ending): Promise<Programming> {
  const dropped = context.desired.set(plan);
  const before = context.actual.forHost("routes", plan.host);
  const unwanted = before.filter(({ id }) => !context.desired.isNeeded({ collection: "routes", id }));
  const namespaces = new Set(plan.routes.map(namespaceOf));
  const isOthers = (route: KongRoute): boolean => !namespaces.has(namespaceOf(route));

  const concerned = new Set([...plan.routes, ...unwanted].map(({ id }) => id));
  const piece = new Piece(context.rounds.of(plan.host, concerned), ending);
  const remove = (route: KongRoute): Promise<void> => removeEntity(context, "routes", route.id, ending.signal);
  const put = (route: KongRoute): Promise<void> => putRoute(context, plan, route, ending.signal);
  await whileExpected(context, plan, async () => {
    await piece.work(unwanted.filter(isOthers), remove);
    await piece.work(missingRoutes(context, plan), put);
    await piece.work(
      unwanted.filter((route) => !isOthers(route)),
      remove,
    );
  });

  // A route may have been led elsewhere: what it led to before, also in an earlier term, may be needed no longer.
  const needed = new Set(plan.services.map(({ id }) => id));
  const leftBehind = before.map(serviceOf).filter((id) => !needed.has(id));
  const droppedServices = dropped.filter(({ collection }) => collection === "services").map(({ id }) => id);
  for (const id of new Set([...droppedServices, ...leftBehind])) context.reviewService(id);

  const { superseded, unfinished, failures } = piece;
  if (!unfinished) context.rounds.end(plan.host);
  const underWay = unfinished && failures.length === 0;
  return {
    programmed: underWay
      ? { reason: "Programming", message: conditionMessages.programmingPieces }
      : outcome(plan, failures),
    failure: unfinished ? undefined : (failures.find(worthAnotherTry) ?? failures[0]),
    superseded,
    unfinished,
  };
}

/** A bounded part of the work on one host. What failed earlier in the same round is left for the next round. */
class Piece {
  superseded = false;
  readonly #failures: Map<string, unknown>;
  readonly #ending: Ending;
  #begun = 0;
  #failedForNow = 0;
  #left = false;

  constructor(failures: Map<string, unknown>, ending: Ending) {
    this.#failures = failures;
    this.#ending = ending;
  }

  /** What failed in the round. */
  get failures(): readonly unknown[] {
    return [...this.#failures.values()];
  }

  /** True if there is more to do. Where nothing goes well, more of the same is left until the work is tried again. */
  get unfinished(): boolean {
    return this.#left && !this.superseded && this.#failedForNow < this.#begun;
  }

  /**
   * Does it for the routes, a few at once, as far as the piece goes; what fails stops no other. When the host is to be
   * decided anew meanwhile, no further one is begun, as it may have been revoked (rule L4).
   */
  async work(routes: readonly KongRoute[], act: (route: KongRoute) => Promise<void>): Promise<void> {
    if (this.superseded || this.#left) return;
    const open = routes.filter(({ id }) => !this.#failures.has(id));
    const own = open.slice(0, mostInPiece - this.#begun);
    this.#left = own.length < open.length;
    let next = 0;
    const oneByOne = async (): Promise<void> => {
      for (let route = own[next]; route !== undefined; route = own[next]) {
        if (next >= mostAtOnce && this.#ending.askedAgain()) return;
        next += 1;
        await this.#attempt(route, act);
      }
    };
    await Promise.all(Array.from({ length: mostAtOnce }, oneByOne));
    this.superseded = next < own.length;
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
 * Does the work while decisions take the routes of a wildcard or a catch-all for live: the guards below it stay for as
 * long as its routes may still arrive (rule L2b), also when it has lost its right to them meanwhile.
 */
async function whileExpected(context: KongContext, plan: HostPlan, work: () => Promise<void>): Promise<void> {
  const { host, routes, guard } = plan;
  if (host !== anyHost && !isWildcard(host)) return work();
  context.actual.pending.set(host, routes.filter((route) => route !== guard).map(namespaceOf));
  publishLive(context, host);
  try {
    await work();
  } finally {
    context.actual.pending.set(host, []);
    publishLive(context, host);
  }
}

function namespaceOf(route: KongRoute): string {
  return taggedNamespace(route.tags) ?? "";
}
