import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages";
import { KongError } from "../../kong/errors.ts";
import { errorText } from "../../operations/logging/logger.ts";
import type { KongRoute } from "../../plan/kong/entities.ts";
import type { HostPlan } from "../../plan/kong/host.ts";
import { taggedNamespace } from "../../plan/kong/tags.ts";
import type { Programmed } from "../../world/kong-state.ts";
import type { KongContext } from "./context.ts";
import { ForeignEntityError, putEntity, removeEntity, publishLive } from "./entity.ts";
import { serviceOf } from "./actual-state.ts";
import { putService } from "./service.ts";

/** How programming a host went: what decisions are told, and the error for which it has to be tried again. */
export interface Programming {
  readonly programmed: Programmed | undefined;
  readonly failure: unknown;
  /** True if the host is to be decided anew before all was done: what is left is up to that decision. */
  readonly superseded: boolean;
}

/** When a host's work is to end. */
export interface Ending {
  readonly signal: AbortSignal;
  /** True once the host is going to be decided anew right after this. */
  readonly askedAgain: () => boolean;
}

/**
 * Makes Kong have what the plan says for one host, and no more: what belongs to another namespace leaves first, then
 * each route is written after its service and the service's plugin, then what is left over goes. One route that fails
 * stops no other.
 */
export async function programHost(context: KongContext, plan: HostPlan, ending: Ending): Promise<Programming> {
  const dropped = context.desired.set(plan);
  const before = context.actual.routesFor(plan.host);
  const unwanted = before.filter(({ id }) => context.desired.hostOfRoute(id) === undefined);
  const namespaces = new Set(plan.routes.map(namespaceOf));
  const isOthers = (route: KongRoute): boolean => !namespaces.has(namespaceOf(route));

  const remove = (route: KongRoute): Promise<void> => removeEntity(context, "routes", route.id, ending.signal);
  const put = (route: KongRoute): Promise<void> => putRoute(context, plan, route, ending.signal);
  const left = unwanted.filter((route) => !isOthers(route));
  const failures: unknown[] = [];
  const superseded = await whileExpected(context, plan, async () => {
    const done = async (routes: readonly KongRoute[], act: typeof put): Promise<boolean> => {
      const { failed, all } = await each(routes, act, ending);
      failures.push(...failed);
      return all;
    };
    return !(
      (await done(unwanted.filter(isOthers), remove)) &&
      (await done(plan.routes, put)) &&
      (await done(left, remove))
    );
  });
  // A route may have been led elsewhere: what it led to before, also in an earlier term, may be needed no longer.
  const needed = new Set(plan.services.map(({ id }) => id));
  const leftBehind = before.map(serviceOf).filter((id) => !needed.has(id));
  for (const id of new Set([...dropped, ...leftBehind])) context.reviewService(id);
  return { programmed: outcome(plan, failures), failure: failures.find(worthAnotherTry) ?? failures[0], superseded };
}

/**
 * Does the work while decisions take the routes of a wildcard or a catch-all for live: the guards below it stay for as
 * long as its routes may still arrive (rule L2b), also when it has lost its right to them meanwhile.
 */
async function whileExpected<T>(context: KongContext, plan: HostPlan, work: () => Promise<T>): Promise<T> {
  const { host, routes, guard } = plan;
  if (host !== anyHost && !isWildcard(host)) return work();
  context.actual.markPending(host, routes.filter((route) => route !== guard).map(namespaceOf));
  publishLive(context, host);
  try {
    return await work();
  } finally {
    context.actual.markPending(host, []);
    publishLive(context, host);
  }
}

async function putRoute(context: KongContext, plan: HostPlan, route: KongRoute, signal: AbortSignal): Promise<void> {
  const service = plan.services.find(({ id }) => id === route.service.id);
  if (service === undefined) throw new Error(`the plan of ${plan.host} has a route without its service`);
  const plugin = plan.plugins.find((candidate) => candidate.service.id === service.id);
  await putService(context, service, plugin, signal);
  try {
    await putEntity(context, "routes", route, signal);
  } catch (error) {
    if (error instanceof KongError && error.kind === "missingReference") context.actual.delete("services", service.id);
    if (error instanceof KongError && error.kind === "refused") throw new RouteRefused(route, error);
    throw error;
  }
}

/** Kong will not have a route; the message names it. */
class RouteRefused extends Error {
  override readonly name = "RouteRefused";

  constructor(route: KongRoute, cause: KongError) {
    super(`${route.hosts?.join() ?? "any host"} ${route.paths.join(" ")}: ${cause.kongMessage ?? cause.message}`, {
      cause,
    });
  }
}

/** Routes of one host that are on their way to Kong at once: a tenant may have thousands, and others wait behind them. */
const mostAtOnce = 8;

/**
 * Does it for every route, a few at once; what fails stops no other. Many routes take their time: when the host is to be
 * decided anew meanwhile, no further one is begun, as it may have been revoked (rule L4).
 */
async function each(
  routes: readonly KongRoute[],
  act: (route: KongRoute) => Promise<void>,
  { askedAgain }: Ending,
): Promise<{ readonly failed: readonly unknown[]; readonly all: boolean }> {
  const failed: unknown[] = [];
  let next = 0;
  const oneByOne = async (): Promise<void> => {
    for (let route = routes[next]; route !== undefined; route = routes[next]) {
      if (next >= mostAtOnce && askedAgain()) return;
      next += 1;
      await act(route).catch((error: unknown) => failed.push(error));
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, oneByOne));
  return { failed, all: next === routes.length };
}

/** What the claim and the sources are told. */
function outcome(plan: HostPlan, failures: readonly unknown[]): Programmed | undefined {
  const away = failures.find(worthAnotherTry);
  if (away !== undefined) {
    const detail = away instanceof KongError ? away.why : errorText(away);
    return { reason: "KongUnreachable", message: conditionMessages.kongUnreachable(detail) };
  }
  const foreign = failures.find((failure) => failure instanceof ForeignEntityError);
  if (foreign !== undefined) return { reason: "ForeignEntity", message: foreign.message };
  const [refused] = failures;
  if (refused !== undefined) {
    const detail = errorText(refused);
    return { reason: "KongRefused", message: conditionMessages.kongRefused(detail) };
  }
  if (plan.unsupported) return { reason: "WildcardUnsupported", message: conditionMessages.wildcardUnsupported };
  if (plan.waitsForGuards) return { reason: "Programming", message: conditionMessages.programming };
  const routes = plan.routes.length - (plan.guard === undefined ? 0 : 1);
  return routes === 0
    ? { reason: "NoRoutes", message: "" }
    : { reason: "Programmed", message: conditionMessages.programmed(routes) };
}

function worthAnotherTry(failure: unknown): boolean {
  if (failure instanceof ForeignEntityError || failure instanceof RouteRefused) return false;
  return !(failure instanceof KongError) || !["refused", "nameTaken", "idTaken"].includes(failure.kind);
}

function namespaceOf(route: KongRoute): string {
  return taggedNamespace(route.tags) ?? "";
}
