import type { GroupCertificate } from "../../world/certificate-group.ts";
import { isHeldUp } from "./evidence.ts";
import type { Draft } from "./draft.ts";

/**
 * Whether an order of so many names finds room: cert-manager works on names in the order in which they come, whoever's they
 * are, so only so many are under way at once, and the others wait where namespaces take turns. What is larger than all there
 * is goes alone. Of an order of the group that is held up only the names count that hold it up.
 */
export function hasRoom(draft: Draft, names: number): boolean {
  const { certificates, limits, others } = draft;
  let own = others.underWay.namespace;
  for (const certificate of certificates.values()) if (certificate.running) own += namesUnderWay(draft, certificate);
  const all = own + others.underWay.others;
  if (own > 0 ? others.anyoneWaits : others.newcomerWaits) return false;
  return all === 0 || all + names <= (own > 0 ? limits.underWay.beyondFirst : limits.underWay.all);
}

function namesUnderWay({ shown }: Draft, certificate: GroupCertificate): number {
  const now = shown.get(certificate.number);
  return isHeldUp(certificate, now) ? now.stuck.length : certificate.names.length;
}

/**
 * Whether an order with so many names of which it is not proved that they can be validated finds room beside what other groups
 * of its namespace have under way: such names may hold places in cert-manager's queue, so one namespace begins with one domain
 * after the other, unless they are few.
 */
export function hasFirstRoom({ limits, others }: Draft, names: number): boolean {
  const { namespace } = others.underWay;
  return namespace === 0 || namespace + names <= limits.untriedNames;
}
