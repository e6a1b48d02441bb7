import type { KongContext } from "../apply/kong/context.ts";
import { removeUnneededService } from "../apply/kong/service.ts";
import { removeUnneededCertificate } from "../apply/kong/tls.ts";
import type { Work } from "./work-item.ts";

/** A Kong service of ours, by its id: it goes when no host needs it. Whoever stops needing one asks for it to be looked at. */
export const kongServiceWork = unneeded(removeUnneededService);

/** A Kong certificate of ours: as a service. */
export const kongCertificateWork = unneeded(removeUnneededCertificate);

function unneeded(remove: (context: KongContext, id: string, signal: AbortSignal) => Promise<void>): Work {
  return {
    concurrency: 8,
    needsKong: true,
    keysFor: () => [],
    tenantOf: () => "",
    reconcile: async (context, id, { signal }) => {
      await remove(context, id, signal);
      return undefined;
    },
  };
}
