import type { KongPlugin, KongService } from "../../plan/kong/entities.ts";
import type { KongContext } from "./context.ts";
import { putEntity, removeEntity } from "./entity.ts";
import { stands } from "./stands.ts";

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

/** The ids of our plugins on a service. */
export function pluginsOn({ actual }: Pick<KongContext, "actual">, service: string): readonly string[] {
  return actual.referrers("plugins", { collection: "services", id: service });
}
