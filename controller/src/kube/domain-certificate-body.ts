import { apiVersion, domainCertificates, finalizer } from "@domain-claims/crds/domain";
import type { CertificateGroup, GroupCertificate } from "../world/certificate-group.ts";
import { certificateName } from "../world/domain-certificate.ts";
import type { DomainCertificate, GroupReport } from "../world/domain-certificate.ts";

/** A DomainCertificate's content, in the core's spelling. */
export type DomainCertificateContent = Pick<DomainCertificate, "namespace" | "name" | "group" | "report">;

/** Which version of a DomainCertificate is replaced; `finished`: our finalizer goes. */
export interface DomainCertificateVersion {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly finished: boolean;
}

/** A DomainCertificate as the API server takes it. */
export function domainCertificateBody(
  { namespace, name, group, report }: DomainCertificateContent,
  version?: DomainCertificateVersion,
): object {
  const { finished = false, ...replaced } = version ?? {};
  return {
    apiVersion,
    kind: domainCertificates.kind,
    metadata: { namespace, name, finalizers: finished ? [] : [finalizer], ...replaced },
    spec: { domain: name },
    status: { ...reportBody(report), ...groupBody(name, group) },
  };
}

function groupBody(domain: string, group: CertificateGroup): object {
  const { budgets, caution, certificates, leaving, nextNumber, quarantine } = group;
  return {
    certificates: certificates.map((certificate) => certificateBody(domain, certificate)),
    ...(quarantine.length === 0
      ? {}
      : {
          quarantine: quarantine.map(({ host, failures, nextTryAt, message }) => ({
            ...{ host, failures, nextTryAt: timeText(nextTryAt) },
            ...(message === "" ? {} : { message }),
          })),
        }),
    ...(leaving.length === 0 ? {} : { leaving: leaving.map(({ host, since }) => ({ host, since: timeText(since) })) }),
    nextNumber,
    ...(caution === undefined
      ? {}
      : {
          caution: { failures: caution.failures, mostNew: caution.mostNew, until: timeText(caution.until) },
        }),
    budgets: {
      domain: timeText(budgets.domain),
      account: timeText(budgets.account),
      share: timeText(budgets.share),
      failures: timeText(budgets.failures),
    },
  };
}

function certificateBody(domain: string, certificate: GroupCertificate): object {
  const { failedAt, issued, names, notAfter, notBefore, number, orderedAt, probe, running } = certificate;
  const same = issued.length === names.length && issued.every((host, index) => host === names[index]);
  return {
    name: certificateName(domain, number),
    number,
    names,
    ...(same ? {} : { issued }),
    ...(issued.length === 0 ? {} : { notBefore: timeText(notBefore), notAfter: timeText(notAfter) }),
    orderedAt: timeText(orderedAt),
    ...(running ? { running } : {}),
    ...(probe ? { probe } : {}),
    ...(failedAt === undefined ? {} : { failedAt: timeText(failedAt) }),
  };
}

function reportBody({
  failing,
  issued,
  left,
  moreWaiting,
  nextOrderAt,
  notAfter,
  waiting,
  wanted,
}: GroupReport): object {
  return {
    ...{ wanted, issued, failing, left },
    ...(notAfter === undefined ? {} : { notAfter: timeText(notAfter) }),
    ...(nextOrderAt === undefined ? {} : { nextOrderAt: timeText(nextOrderAt) }),
    ...(waiting.length === 0
      ? {}
      : {
          waiting: waiting.map(({ host, reason, until }) => ({
            ...{ host, reason },
            ...(until === undefined ? {} : { until: timeText(until) }),
          })),
        }),
    ...(moreWaiting === 0 ? {} : { moreWaiting }),
  };
}

/** RFC 3339, to the millisecond: what is read back is what was written. */
function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
