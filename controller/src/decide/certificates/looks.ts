import type { OrderLimits } from "./limits.ts";

/** How long after its order a certificate of so many names is looked at first: where few are to wait, nothing is hasty. */
export function firstLookMs({ lookMs, stuckMs }: OrderLimits, names: number): number {
  return names < 3 ? stuckMs : lookMs;
}

/** When an order under way is looked at next, the later the longer it takes; milliseconds since the epoch. */
export function nextLookAt(limits: OrderLimits, names: number, orderedAt: number, now: number): number {
  const first = orderedAt + firstLookMs(limits, names);
  return now < first ? first : now + Math.min(limits.stuckMs, Math.max(limits.lookMs, (now - orderedAt) / 4));
}
