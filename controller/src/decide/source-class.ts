import type { Facts } from "../world/facts.ts";
import type { Ingress } from "../world/types.ts";
import type { Settings } from "./settings.ts";

const legacyAnnotation = "kubernetes.io/ingress.class";

/**
 * Rule L3: whether the Ingress is for us. `spec.ingressClassName` decides by the controller that its IngressClass names,
 * or, where there is no such object, by our class's name; without it, the legacy annotation decides.
 */
export function isOurs(facts: Facts, settings: Settings, ingress: Ingress): boolean {
  if (ingress.deleting) return false;
  if (ingress.className === undefined) return ingress.annotations[legacyAnnotation] === settings.ingressClass;
  const ingressClass = facts.ingressClass(ingress.className);
  return ingressClass === undefined
    ? ingress.className === settings.ingressClass
    : ingressClass.controller === settings.ingressController;
}
