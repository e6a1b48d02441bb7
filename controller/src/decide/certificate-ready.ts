import type { Host } from "@domain-claims/crds/hostname";
import { certificateMessages } from "@domain-claims/crds/messages";
import type { CertificateReason } from "@domain-claims/crds/reasons";
import type { HostCertificate } from "../world/domain-certificate.ts";
import type { Facts } from "../world/facts.ts";
import { toMinute } from "../world/minute.ts";
import type { Claim } from "../world/types.ts";
import type { ConditionDraft } from "./claim.ts";
import type { Settings } from "./settings.ts";

/**
 * What a claim that holds its host is told of the certificate that is ordered for it: nothing where none is. How an order
 * goes on from moment to moment is not told, since it soon changes.
 */
export function certificateReady(
  facts: Facts,
  settings: Settings,
  claim: Claim,
  host: Host,
): readonly ConditionDraft[] {
  if (claim.certificatePolicy === "Never") return [];
  const failure = facts.programmed(host)?.tls;
  if (failure !== undefined && failure.source === undefined) return said("False", failure.reason, failure.message);
  const [secret] = facts.orderedSecrets(claim.namespace, host);
  if (secret !== undefined) return said("True", "Issued", certificateMessages.issued(host, secret.name));
  const known = facts.hostCertificate(claim.namespace, host);
  if (known?.waits !== undefined) return waiting(host, known.waits, known.problem ?? "");
  return isToBeOrdered(facts, settings, claim, host)
    ? said("Unknown", "Ordering", certificateMessages.ordering(host))
    : [];
}

/** True from when the policy asks for a certificate; one that Kong serves the host with is the team's own, or will be told. */
function isToBeOrdered(facts: Facts, { ordersCertificates }: Settings, claim: Claim, host: Host): boolean {
  if (!ordersCertificates) return false;
  const { namespaces, tls } = facts.live(host);
  const isServed = namespaces.includes(claim.namespace);
  return tls?.namespace !== claim.namespace && (isServed || claim.certificatePolicy === "Always");
}

function waiting(
  host: Host,
  { reason, until }: NonNullable<HostCertificate["waits"]>,
  problem: string,
): readonly ConditionDraft[] {
  // A later try that is a moment off is not worth a write.
  const time = until === undefined ? undefined : toMinute(until);
  if (reason === "Quarantined") {
    return said("False", "NotValidated", certificateMessages.notValidated(host, problem, time));
  }
  return reason === "BudgetExhausted"
    ? said("False", reason, certificateMessages.budgetExhausted(host, time))
    : said("Unknown", "Ordering", certificateMessages.ordering(host));
}

function said(status: ConditionDraft["status"], reason: CertificateReason, message: string): readonly ConditionDraft[] {
  return [{ type: "CertificateReady", status, reason, message }];
}
