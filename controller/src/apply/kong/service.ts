import { KongError } from "../../kong/errors.ts";
import type { KongPlugin, KongService } from "../../plan/kong/entities.ts";
import type { KongContext } from "./context.ts";
import { putEntity, removeEntity, stands } from "./entity.ts";

/**
 * Makes Kong have a service, and exactly these plugins of ours on it before any route leads there: another one there that
 * carries our tag goes.
 */
export async function putService(
  context: KongContext,
  service: KongService,
  plugins: readonly KongPlugin[],
  signal: AbortSignal,
): Promise<void> {
  await context.mutex.run(service.id, async () => {
    await putEntity(context, "services", service, signal);
    for (const plugin of plugins) await putEntity(context, "plugins", plugin, signal);
    const wanted = new Set(plugins.map(({ id }) => id));
    for (const id of pluginsOn(context, service.id)) {
      if (!wanted.has(id)) await removeEntity(context, "plugins", id, signal);
    }
  });
}

/** True if Kong is known to have the service and exactly these plugins of ours on it. */
export function serviceStands(context: KongContext, service: KongService, plugins: readonly KongPlugin[]): boolean {
  return (
    stands(context, "services", service) &&
    plugins.every((plugin) => stands(context, "plugins", plugin)) &&
    pluginsOn(context, service.id).length === plugins.length
  );
}

/**
 * Removes a service (Kong removes its plugins with it) that no host needs and no route of ours leads to. We put plugins
 * only on services of ours: one with our tag on another service, or on none, goes.
 */
export async function removeUnneededService(context: KongContext, id: string, signal: AbortSignal): Promise<void> {
  const slot = { collection: "services" as const, id };
  await context.mutex.run(id, async () => {
    if (context.actual.get("services", id) === undefined) {
      for (const plugin of pluginsOn(context, id)) await removeEntity(context, "plugins", plugin, signal);
      return;
    }
    if (context.desired.isNeeded(slot) || context.actual.referrers("routes", slot).length > 0) return;
    try {
      await removeEntity(context, "services", id, signal);
    } catch (error) {
      if (!(error instanceof KongError) || error.kind !== "stillReferenced") throw error;
      // One of ours may still lead there, whose last write had no answer: when that is known, it is tried again.
      if (context.actual.hasUnknown("routes")) throw error;
      context.log.warn(
        { service: id },
        "a route that is not ours leads to a service of ours, which therefore stays in Kong",
      );
    }
  });
}

function pluginsOn({ actual }: KongContext, service: string): readonly string[] {
  return actual.referrers("plugins", { collection: "services", id: service });
}
