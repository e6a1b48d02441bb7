import type { Clock } from "../time/clock.ts";

/**
 * Rate limits by key: each key may do `burst` things at once and `perSecond` in the long run. Returns a function that
 * says whether the key may do one more now, and counts it if so. At most `maxKeys` keys are remembered; the ones that
 * have been quiet for longest are forgotten first.
 */
export function tokenBuckets(
  clock: Pick<Clock, "monotonic">,
  limits: { readonly burst: number; readonly perSecond: number; readonly maxKeys: number },
): (key: string) => boolean {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return (key) => {
    const now = clock.monotonic();
    const bucket = buckets.get(key) ?? { tokens: limits.burst, at: now };
    const tokens = Math.min(limits.burst, bucket.tokens + ((now - bucket.at) / 1000) * limits.perSecond);
    const allowed = tokens >= 1;
    buckets.delete(key);
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
    for (const quiet of buckets.keys()) {
      if (buckets.size <= limits.maxKeys) break;
      buckets.delete(quiet);
    }
    return allowed;
  };
}
