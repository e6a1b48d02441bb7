import { KongError } from "../../kong/errors.ts";
import type { KongContext } from "./context.ts";
import { removeEntity } from "./entity.ts";
import { pluginsOn } from "./service.ts";
import { isUnneeded, sharedBy } from "./shared.ts";
import type { SharedCollection } from "./shared.ts";

/**
 * Removes a service or a certificate that no host needs and nothing of ours leads to; Kong removes what is a part of it, its
 * plugins or its SNIs. While the last write of something that might lead there had no answer, it stays: false then, and it is
 * to be tried again. We put plugins only on services of ours: one with our tag on another service, or on none, goes. Throws
 * KongError.
 */
export async function removeUnneeded(
  context: KongContext,
  collection: SharedCollection,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { actual, log, mutex } = context;
  const slot = { collection, id };
  return await mutex.run(id, async () => {
    if (collection === "services" && actual.get(collection, id) === undefined) {
      for (const plugin of pluginsOn(context, id)) await removeEntity(context, "plugins", plugin, signal);
      return true;
    }
    if (!isUnneeded(context, slot)) return true;
    if (actual.hasUnknown(sharedBy[collection])) return false;
    try {
      await removeEntity(context, collection, id, signal);
    } catch (error) {
      if (!(error instanceof KongError) || error.kind !== "stillReferenced") throw error;
      log.warn(slot, "something in Kong that is not ours leads to an entity of ours, which therefore stays there");
    }
    return true;
  });
}
