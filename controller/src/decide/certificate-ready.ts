import type { Host } from "@domain-claims/crds/hostname";
import { certificateMessages } from "@domain-claims/crds/messages/certificates";
import type { CertificateReason } from "@domain-claims/crds/reasons";
import { certificateDomain } from "../world/certificate-domain.ts";
import type { HostCertificate, IssuerRef } from "../world/domain-certificate.ts";
import type { Facts } from "../world/facts.ts";
import { toMinute } from "../world/minute.ts";
import type { Claim } from "../world/claim.ts";
import type { ConditionDraft } from "./claim-conditions.ts";
import { issuerOf } from "./issuer.ts";
import type { Settings } from "./settings.ts";
import { wantsCertificate } from "./wants-certificate.ts";

/**
 * What a claim that holds its host is told of its certificate: nothing where there is none, and none is ordered. How an order
 * goes on from moment to moment is not told, since it soon changes.
 */
export function certificateReady(
  facts: Facts,
  settings: Settings,
  claim: Claim,
  host: Host,
): readonly ConditionDraft[] {
  const failure = facts.programmed(host)?.tls;
  if (failure !== undefined && failure.source === undefined) return said("False", failure.reason, failure.message);
  const { namespace, certificatePolicy: policy } = claim;
  const ordered = policy === "Never" ? [] : facts.orderedSecrets(namespace, host);
  const { tls } = facts.liveTls(host);
  if (tls?.namespace === namespace && ordered.every(({ name }) => name !== tls.name))
    return said("True", "OwnSecret", certificateMessages.ownSecret(host, tls.name));
  const [secret] = ordered;
  if (secret !== undefined) return said("True", "Issued", certificateMessages.issued(host, secret.name));
  // What a name waited for says nothing any more where no issuer is named.
  if (policy === "Never" || settings.issuer === undefined) return [];
  const known = facts.hostCertificate(namespace, host);
  const isToBeOrdered = wantsCertificate(facts, claim, host);
  const waits = known?.waits ?? (isToBeOrdered ? unlisted(facts, namespace, host, known) : undefined);
  if (waits !== undefined)
    return (
      issuerProblem(facts, settings.issuer, namespace, host) ?? waiting(namespace, host, waits, known?.problem ?? "")
    );
  return isToBeOrdered ? said("Unknown", "Ordering", certificateMessages.ordering(host)) : [];
}

/** What a name waits for that is not listed, as too many wait: it failed, or it is held back as all are of which nothing is said. */
function unlisted(
  facts: Facts,
  namespace: string,
  host: Host,
  known: HostCertificate | undefined,
): HostCertificate["waits"] {
  if (known === undefined) return facts.unlistedWait(namespace, certificateDomain(host));
  return (known.problem ?? "") === "" ? undefined : { reason: "Quarantined", until: undefined };
}

/** What is told while the issuer is not there, or can't sign: nothing else matters until somebody sees to that. */
function issuerProblem(
  facts: Facts,
  named: IssuerRef,
  namespace: string,
  host: Host,
): readonly ConditionDraft[] | undefined {
  const ref = issuerOf(facts, named, namespace);
  const issuer = facts.issuer(ref, namespace);
  if (issuer === undefined) return said("False", "IssuerMissing", certificateMessages.issuerMissing(host, ref));
  return issuer.problem === undefined
    ? undefined
    : said("False", "IssuerNotReady", certificateMessages.issuerNotReady(host, issuer, issuer.problem));
}

function waiting(
  namespace: string,
  host: Host,
  { reason, until }: NonNullable<HostCertificate["waits"]>,
  problem: string,
): readonly ConditionDraft[] {
  // A later try that is a moment off is not worth a write.
  const time = until === undefined ? undefined : toMinute(until);
  if (reason === "Quarantined") {
    return said("False", "NotValidated", certificateMessages.notValidated(host, problem, time));
  }
  if (reason === "TooManyNames") return said("False", reason, certificateMessages.tooManyNames(host, namespace));
  return reason === "BudgetExhausted"
    ? said("False", reason, certificateMessages.budgetExhausted(host, time))
    : said("Unknown", "Ordering", certificateMessages.ordering(host));
}

function said(status: ConditionDraft["status"], reason: CertificateReason, message: string): readonly ConditionDraft[] {
  return [{ type: "CertificateReady", status, reason, message }];
}
