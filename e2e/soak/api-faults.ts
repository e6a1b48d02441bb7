import { apiEffects } from "./api-proxy.ts";
import type { ApiProxy } from "./api-proxy.ts";
import type { Random } from "./random.ts";

/** Has a few of the controller's next calls to the API server fail, or its watches end; in words. */
export function armApiFaults(proxy: ApiProxy, random: Random): string {
  if (random.chance(0.2)) {
    proxy.endWatches();
    return "watches end";
  }
  const effects = Array.from({ length: 1 + random.below(3) }, () => random.pick(apiEffects));
  for (const effect of effects) proxy.arm(effect, random.below(4), 1 + random.below(3));
  return effects.join(", ");
}
