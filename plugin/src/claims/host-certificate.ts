import type { Host } from "@domain-claims/crds/host";

import type { Cluster } from "../kube/cluster.ts";
import { conditionOf } from "../kube/follow.ts";
import type { Domain, DomainCertificate, FailingName, OrderedCertificate, WaitingName } from "../kube/objects.ts";
import { domainCertificates } from "../kube/resources.ts";

type Status = NonNullable<DomainCertificate["status"]>;

/** What was ordered for one host, and what it waits for. */
export interface HostCertificate {
  /** The certificate that was issued for it, or for its wildcard. */
  readonly issued: OrderedCertificate | undefined;
  /** The certificate whose order is under way, with the host in it. */
  readonly ordering: OrderedCertificate | undefined;
  readonly waits: WaitingName | undefined;
  readonly quarantine: FailingName | undefined;
}

/**
 * What was ordered for the host of a claim in the cluster's namespace; undefined where nothing is, or where the host is served
 * with a Secret of the team's own. Rejects where that may not be read.
 */
export async function hostCertificate(
  cluster: Cluster,
  claim: Domain | undefined,
  host: Host,
): Promise<HostCertificate | undefined> {
  const told = claim === undefined ? undefined : conditionOf(claim, "CertificateReady");
  if (told === undefined || told.reason === "OwnSecret") return undefined;
  const all = await cluster.list<DomainCertificate>(domainCertificates, { namespace: cluster.namespace });
  const group = all.find(({ spec }) => host === spec.domain || host.endsWith(`.${spec.domain}`));
  return group?.status === undefined ? undefined : certificateIn(group.status, host);
}

function certificateIn({ certificates, quarantine = [], waiting = [] }: Status, host: Host): HostCertificate {
  const covering = new Set<string>([host, host.replace(/^[^.*]+\./, "*.")]);
  const isFor = (names: readonly string[]): boolean => names.some((name) => covering.has(name));
  return {
    issued: certificates.find(({ issued, names, notAfter }) => isFor(issued ?? (notAfter === undefined ? [] : names))),
    ordering: certificates.find(({ names, running }) => running === true && isFor(names)),
    waits: waiting.find((name) => name.host === host),
    quarantine: quarantine.find((name) => name.host === host),
  };
}
