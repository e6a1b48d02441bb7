import type { GroupCertificate, ShownCertificate } from "../../world/certificate-group.ts";
import { isOverdue, lastCall } from "./draft.ts";
import type { OrderLimits } from "./limits.ts";

/**
 * How long after its order a certificate of so many names is looked at first: of one or two names none waits for most of the
 * others, so nothing is hasty.
 */
export function firstLookMs({ lookMs, quietMs, stuckMs }: OrderLimits, names: number): number {
  return names < 3 ? stuckMs - quietMs : lookMs;
}

/**
 * When an order under way is looked at next, the later the longer it takes, and in any case when it has failed if few of its
 * names have been met; milliseconds since the epoch.
 */
export function nextLookAt(limits: OrderLimits, names: number, orderedAt: number, now: number): number {
  const first = orderedAt + firstLookMs(limits, names);
  if (now < first) return first;
  const next = now + Math.min(limits.stuckMs, Math.max(limits.lookMs, (now - orderedAt) / 8));
  const stuckAt = orderedAt + limits.stuckMs;
  return now < stuckAt ? Math.min(next, stuckAt) : next;
}

/**
 * When a certificate in force is looked at next for the sake of its renewal, in milliseconds since the epoch: when there is
 * little time left, and from then on as often as names that can't be validated are tried at least; sooner where a challenge
 * may get nowhere.
 */
export function renewalLookAt(
  { limits, now }: { readonly limits: OrderLimits; readonly now: number },
  certificate: GroupCertificate,
  shown: Pick<ShownCertificate, "pending" | "quietSince"> | undefined,
): number {
  if (!isOverdue({ now }, certificate)) return lastCall(certificate);
  const quiet = shown !== undefined && shown.pending.length > 0 ? shown.quietSince + limits.patienceMs : Infinity;
  return Math.min(now + limits.longestRetryMs, quiet > now ? quiet : Infinity);
}

/**
 * When nothing has moved in an order for long enough, unless something does before, in milliseconds since the epoch. Where all
 * that is left can't be written into the DNS, that is half as long as the others have taken, and else as long as one more
 * self-check takes to come.
 */
export function quietAt(
  { lookMs, quietMs }: OrderLimits,
  orderedAt: number,
  { pending, quietSince, unpresented }: Pick<ShownCertificate, "pending" | "quietSince" | "unpresented">,
): number {
  if (unpresented.length < pending.length) return quietSince + quietMs;
  return quietSince + Math.min(quietMs, Math.max(2 * lookMs, (quietSince - orderedAt) / 2));
}
