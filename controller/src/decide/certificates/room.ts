import type { GroupCertificate } from "../../world/certificate-group.ts";
import type { Draft } from "./draft.ts";
import { isHeldUp } from "./proved.ts";

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
 * Whether an order of a group that has had no certificate yet finds room beside what its namespace has under way: what can't
 * be validated may keep its place in cert-manager's queue for ever, so one namespace has few such names there at once.
 */
export function hasFirstRoom({ limits, others }: Draft, names: number): boolean {
  const { namespace } = others.underWay;
  return namespace === 0 || namespace + names <= limits.firstNames;
}
