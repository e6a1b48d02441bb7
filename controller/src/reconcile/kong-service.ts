import { removeUnneededService } from "../apply/kong/service.ts";
import type { KeyRun } from "../queue/work-queue.ts";
import type { Context } from "./context.ts";
import type { Work } from "./work-item.ts";

/** A Kong service of ours, by its id: it goes when no host needs it. Whoever stops needing one asks for it to be looked at. */
export const kongServiceWork: Work = {
  concurrency: 8,
  needsKong: true,
  keysFor: () => [],
  tenantOf: () => "",
  reconcile: async (context: Context, id: string, { signal }: KeyRun) => {
    await removeUnneededService(context, id, signal);
    return undefined;
  },
};
