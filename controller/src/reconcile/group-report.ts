import { domainCertificateBody } from "../kube/domain-certificate-body.ts";
import type { Host } from "@domain-claims/crds/hostname";
import type { GroupDecision } from "../decide/certificates/group.ts";
import { isHeldBack } from "../world/domain-certificate.ts";
import type { DomainCertificate, GroupReport } from "../world/domain-certificate.ts";

/** Names that wait and are listed: what a status has room for. */
const mostWaiting = 100;

/** What is shown of a group: how many names are wanted, which wait and why, what comes next. */
export function reportOf({ domainLeft, group, waiting }: GroupDecision, wanted: readonly Host[]): GroupReport {
  const expiries = group.certificates.filter(({ issued }) => issued.length > 0).map(({ notAfter }) => notAfter);
  const orders = waiting.flatMap(({ reason, until }) =>
    until === undefined || reason === "Quarantined" ? [] : [until],
  );
  return {
    wanted: wanted.length,
    issued: wanted.length - waiting.length,
    failing: waiting.filter(({ reason }) => reason === "Quarantined").length,
    left: domainLeft,
    notAfter: expiries.length === 0 ? undefined : Math.min(...expiries),
    nextOrderAt: orders.length === 0 ? undefined : Math.min(...orders),
    waiting: heldBackFirst(waiting).slice(0, mostWaiting),
    moreWaiting: Math.max(0, waiting.length - mostWaiting),
  };
}

/** One of those that are held back says it for all that are not listed. */
function heldBackFirst(waiting: GroupDecision["waiting"]): GroupDecision["waiting"] {
  return [...waiting.filter(isHeldBack), ...waiting.filter((name) => !isHeldBack(name))];
}

/** True if the object says that already; how much is left for others changes without us. */
export function isTold(
  stored: DomainCertificate | undefined,
  { group }: Pick<GroupDecision, "group">,
  report: GroupReport,
): boolean {
  if (stored === undefined) return false;
  const { name, namespace } = stored;
  const body = (said: Pick<DomainCertificate, "group" | "report">): string =>
    JSON.stringify(domainCertificateBody({ namespace, name, ...said }));
  return body({ group: stored.group, report: { ...stored.report, left: report.left } }) === body({ group, report });
}
