import { removeUnneededCertificate } from "../apply/kong/tls.ts";
import type { KeyRun } from "../queue/work-queue.ts";
import type { Context } from "./context.ts";
import type { Work } from "./work-item.ts";

/** A Kong certificate of ours, by its id: as a service, it goes when no host needs it. */
export const kongCertificateWork: Work = {
  concurrency: 8,
  needsKong: true,
  keysFor: () => [],
  tenantOf: () => "",
  reconcile: async (context: Context, id: string, { signal }: KeyRun) => {
    await removeUnneededCertificate(context, id, signal);
    return undefined;
  },
};
