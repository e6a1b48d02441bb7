import type { CertificateGroup } from "../../world/certificate-group.ts";
import type { OrderLimits } from "./limits.ts";

/**
 * A group that is being deleted, as with its namespace: nobody waits for what is under way any more. It counts as issued (rule T4),
 * since nobody sees either whether it is.
 */
export function endedGroup(
  group: CertificateGroup,
  { domain }: Pick<OrderLimits, "domain">,
  now: number,
): CertificateGroup {
  const running = group.certificates.filter((certificate) => certificate.running).length;
  if (running === 0) return group;
  const certificates = group.certificates.map((certificate) => ({ ...certificate, running: false }));
  const fullAt = Math.max(group.budgets.domain, now) + running * domain.refillMs;
  return { ...group, certificates, budgets: { ...group.budgets, domain: fullAt } };
}
