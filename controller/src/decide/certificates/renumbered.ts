import type { CertificateGroup } from "../../world/certificate-group.ts";

/**
 * The group without the certificates whose names somebody else's Certificates have: an order for the first time gets another
 * number, and is the same order; what was issued before is ordered anew, as the budgets allow.
 */
export function renumbered(group: CertificateGroup, taken: ReadonlySet<number>): CertificateGroup {
  let { nextNumber } = group;
  const certificates = group.certificates.flatMap((certificate) => {
    if (!taken.has(certificate.number)) return [certificate];
    return certificate.running && certificate.issued.length === 0 ? [{ ...certificate, number: nextNumber++ }] : [];
  });
  return { ...group, certificates, nextNumber };
}
