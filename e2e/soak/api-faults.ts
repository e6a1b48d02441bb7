import fc from "fast-check";
import { apiEffects } from "./api-proxy.ts";
import type { ApiProxy } from "./api-proxy.ts";
import { chance } from "./draw.ts";
import type { Draw } from "./draw.ts";

const someEffect = () => fc.constantFrom(...apiEffects);

/** Has a few of the controller's next calls to the API server fail, or its watches end; in words. */
export function armApiFaults(proxy: ApiProxy, draw: Draw): string {
  if (draw(chance, 20)) {
    proxy.endWatches();
    return "watches end";
  }
  const effects = Array.from({ length: 1 + draw(fc.nat, 2) }, () => draw(someEffect));
  for (const effect of effects) proxy.arm(effect, draw(fc.nat, 3), 1 + draw(fc.nat, 2));
  return effects.join(", ");
}
