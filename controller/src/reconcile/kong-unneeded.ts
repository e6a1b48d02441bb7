import type { SharedCollection } from "../apply/kong/shared.ts";
import { removeUnneeded } from "../apply/kong/unneeded.ts";
import type { Work } from "./work-row.ts";

/** A Kong service of ours, by its id: it goes when no host needs it. Whoever stops needing one asks for it to be looked at. */
export const kongServiceWork = unneeded("services");

/** A Kong certificate of ours: as a service. */
export const kongCertificateWork = unneeded("certificates");

/** Milliseconds until it is tried again, while it is not known what leads there. */
const againMs = 1000;

function unneeded(collection: SharedCollection): Work {
  return {
    concurrency: 8,
    needsKong: true,
    keysFor: () => [],
    tenantOf: () => undefined,
    reconcile: async (context, id, { signal }) =>
      (await removeUnneeded(context, collection, id, signal)) ? undefined : { requeueAfterMs: againMs },
  };
}
