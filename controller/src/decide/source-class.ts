import type { Facts } from "../world/facts.ts";
import type { Source } from "../world/source.ts";
import type { Settings } from "./settings.ts";

/**
 * Rule L3: whether the source is for us. The class that it names, in whatever way, decides by the controller that it is
 * of, or, where there is no such object, by our class's name.
 */
export function isOurs(facts: Facts, settings: Settings, source: Source): boolean {
  if (source.deleting || source.class === undefined) return false;
  const found = facts.sourceClass(source.class.name);
  return found === undefined
    ? source.class.name === settings.ingressClass
    : found.controller === settings.ingressController;
}
