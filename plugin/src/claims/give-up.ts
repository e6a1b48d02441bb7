import { releaseMark } from "@domain-claims/crds/domain";

import type { Cluster, DryRun } from "../kube/cluster.ts";
import type { Domain } from "../kube/objects.ts";
import { domains } from "../kube/resources.ts";

/**
 * Deletes exactly this claim, marked as given up on purpose: its host is free at once, without a redemption. The mark of a
 * claim that can't be deleted is taken back, so that a later deletion by mistake is none on purpose.
 */
export async function giveUp(cluster: Cluster, claim: Domain, mode: DryRun): Promise<void> {
  const { uid, annotations } = claim.metadata;
  const marked = (value: string | null): unknown => ({ metadata: { uid, annotations: { [releaseMark]: value } } });
  await cluster.patch(domains, claim, marked("true"), mode);
  try {
    await cluster.remove(domains, claim, mode);
  } catch (error) {
    await cluster.patch(domains, claim, marked(annotations?.[releaseMark] ?? null), mode).catch(() => undefined);
    throw error;
  }
}
