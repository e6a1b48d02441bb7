import type { Draft } from "./draft.ts";

/**
 * Whether an order of so many names finds room: cert-manager works on names in the order in which they come, whoever's they
 * are, so only so many are under way at once, and the others wait where namespaces take turns. What is larger than all there
 * is goes alone.
 */
export function hasRoom({ certificates, limits, others }: Draft, names: number): boolean {
  let own = others.underWay.namespace;
  for (const certificate of certificates.values()) if (certificate.running) own += certificate.names.length;
  const all = own + others.underWay.others;
  if (own > 0 ? others.anyoneWaits : others.newcomerWaits) return false;
  return all === 0 || all + names <= (own > 0 ? limits.underWay.beyondFirst : limits.underWay.all);
}
