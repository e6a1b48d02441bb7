import { KongError } from "../../kong/errors.ts";
import type { KongPlugin, KongService } from "../../plan/kong/entities.ts";
import type { KongContext } from "./context.ts";
import { putEntity, removeEntity } from "./entity.ts";

/**
 * Makes Kong have a service, and the plugin that must stand on it before any route leads there. Another plugin there that
 * carries our tag is none of ours, and goes.
 */
export async function putService(
  context: KongContext,
  service: KongService,
  plugin: KongPlugin | undefined,
  signal: AbortSignal,
): Promise<void> {
  await context.serviceMutex.run(service.id, async () => {
    await putEntity(context, "services", service, signal);
    if (plugin !== undefined) await putEntity(context, "plugins", plugin, signal);
    for (const id of context.actual.pluginsOn(service.id)) {
      if (id !== plugin?.id) await removeEntity(context, "plugins", id, signal);
    }
  });
}

/**
 * Removes a service (Kong removes its plugins with it) that no host needs and no route of ours leads to. We put plugins
 * only on services of ours: one with our tag on another service, or on none, goes.
 */
export async function removeUnneededService(context: KongContext, id: string, signal: AbortSignal): Promise<void> {
  await context.serviceMutex.run(id, async () => {
    if (context.actual.get("services", id) === undefined) {
      for (const plugin of context.actual.pluginsOn(id)) await removeEntity(context, "plugins", plugin, signal);
      return;
    }
    const [user] = context.desired.usersOf(id);
    if (user !== undefined || context.actual.hasRoutes(id)) return;
    try {
      await removeEntity(context, "services", id, signal);
    } catch (error) {
      if (!(error instanceof KongError) || error.kind !== "stillReferenced") throw error;
      context.log.warn(
        { service: id },
        "a route that is not ours leads to a service of ours, which therefore stays in Kong",
      );
    }
  });
}
