import type { GroupCertificate, ShownCertificate } from "../../world/certificate-group.ts";
import type { Draft } from "./draft.ts";
import { sameNames } from "./names.ts";

/** True if the group has a certificate. */
export function hasCertificate({ certificates }: Draft): boolean {
  return [...certificates.values()].some(({ issued }) => issued.length > 0);
}

/**
 * True if the group's names can be validated, as far as is known: it has a certificate, or would have one if it were not for
 * few names that get nowhere.
 */
export function isProved(draft: Draft): boolean {
  const { certificates, shown } = draft;
  if (hasCertificate(draft)) return true;
  return [...certificates.values()].some((certificate) => isHeldUp(certificate, shown.get(certificate.number)));
}

/** True if most names of the order have been met, and nothing moves any more. */
export function isHeldUp(
  { names, running }: GroupCertificate,
  shown: ShownCertificate | undefined,
): shown is ShownCertificate {
  if (!running || shown === undefined || !sameNames(shown.names, names)) return false;
  const { pending, stuck } = shown;
  return stuck.length > 0 && stuck.length === pending.length && stuck.length * 2 < names.length;
}
