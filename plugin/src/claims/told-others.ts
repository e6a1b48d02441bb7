import { hostOf } from "@domain-claims/crds/domain";
import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import { isHeld, recordOf } from "./register.ts";

/** What the controller has told other claims of a namespace, and would tell one more. */
export interface ToldOthers {
  /** Its sentence to a claim that is too much, where one more would be, too. */
  readonly tooMany?: string;
  /** True if the namespace may claim no primaries. */
  readonly noPrimaries?: boolean;
}

/** Of the claims that are too much, so many are looked at. */
const mostLooked = 5;

/**
 * What the settings of the controller, which nobody else can read, mean for one more claim of a namespace, as far as the
 * statuses of those that are there show it (rule X1: the oldest count, so what comes last is too much before all others).
 * `record` is that of the host.
 */
export async function toldOthers(
  cluster: Cluster,
  claims: readonly Domain[],
  record: HostRecord | undefined,
): Promise<ToldOthers> {
  const noPrimaries = claims.some(mayNotClaimPrimaries);
  const tooMuch = claims.filter(({ status }) => status?.reason === "TooManyClaims").slice(0, mostLooked);
  const beyond = isHeld(record) ? tooMuch[0] : await beyondAll(cluster, tooMuch);
  const message = beyond?.status?.message;
  return { ...(noPrimaries ? { noPrimaries } : {}), ...(message === undefined ? {} : { tooMany: message }) };
}

function mayNotClaimPrimaries({ spec, status }: Domain): boolean {
  if (spec.sub !== undefined) return false;
  const reasons = [status?.reason, ...(status?.conditions ?? []).map(({ reason }) => reason)];
  return reasons.includes("PrimaryNotAllowed");
}

/** One that waits for no other claim's host: more claims than that there may not be, whether they wait or not. */
async function beyondAll(cluster: Cluster, claims: readonly Domain[]): Promise<Domain | undefined> {
  for (const claim of claims) if (!isHeld(await recordOf(cluster, hostOf(claim.spec) as Host))) return claim;
  return undefined;
}
