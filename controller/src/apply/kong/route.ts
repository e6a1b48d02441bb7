import { KongError } from "../../kong/errors.ts";
import type { KongPlugin, KongRoute } from "../../plan/kong/entities.ts";
import type { HostPlan, Target } from "../../plan/kong/host.ts";
import type { KongContext } from "./context.ts";
import { onKongChange, putEntity } from "./entity.ts";
import { stands } from "./stands.ts";
import { RouteRefused } from "./outcome.ts";
import { putService, serviceStands } from "./service.ts";

/**
 * Makes Kong have a route, after its service and the service's plugins. Throws {@link RouteRefused} where Kong will not have
 * it, ForeignEntityError where something that is not ours stands in its place, and KongError.
 */
export async function putRoute(
  context: KongContext,
  plan: HostPlan,
  route: KongRoute,
  signal: AbortSignal,
): Promise<void> {
  const { service, plugins } = targetOf(plan, route.service.id);
  await putService(context, service, plugins, signal);
  try {
    await putEntity(context, "routes", route, signal);
  } catch (error) {
    if (error instanceof KongError && error.kind === "missingReference")
      onKongChange(context, context.actual.delete("services", service.id));
    if (error instanceof KongError && error.kind === "refused") throw new RouteRefused(route, error);
    throw error;
  }
}

/** The routes of the plan that Kong does not have yet as they are wanted, with all that they need. */
export function missingRoutes(context: KongContext, plan: HostPlan): readonly KongRoute[] {
  const standing = new Set(
    plan.services
      .filter(({ id }) => {
        const { service, plugins } = targetOf(plan, id);
        return serviceStands(context, service, plugins);
      })
      .map(({ id }) => id),
  );
  return plan.routes.filter((route) => !standing.has(route.service.id) || !stands(context, "routes", route));
}

/** What the routes of a plan lead to, found once: it may be a thousand services. */
const targets = new WeakMap<HostPlan, ReadonlyMap<string, Target>>();

function targetOf(plan: HostPlan, id: string): Target {
  const known = targets.get(plan) ?? targetsOf(plan);
  targets.set(plan, known);
  const target = known.get(id);
  if (target === undefined) throw new Error(`the plan of ${plan.host} has a route without its service`);
  return target;
}

function targetsOf({ plugins, services }: HostPlan): ReadonlyMap<string, Target> {
  const byService = new Map<string, KongPlugin[]>();
  for (const plugin of plugins) byService.set(plugin.service.id, [...(byService.get(plugin.service.id) ?? []), plugin]);
  return new Map(services.map((service) => [service.id, { service, plugins: byService.get(service.id) ?? [] }]));
}
