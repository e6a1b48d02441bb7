import { removeCertificate, removeSecret } from "../apply/kube/certificates.ts";
import type { CertificateGroup } from "../world/certificate-group.ts";
import { certificateName, certificateNumber } from "../world/domain-certificate.ts";
import type { DomainCertificate, OrderedCertificate } from "../world/domain-certificate.ts";
import { Facts } from "../world/facts.ts";
import { Reads } from "../world/reads.ts";
import type { SecretVersion } from "../world/tls.ts";
import type { Context } from "./context.ts";
import type { GroupLook } from "./group-look.ts";
import { nameOfItem, splitKey } from "./work-item.ts";

/**
 * Removes the Certificates that the group does without, where Kong has let go of them, and the Secrets that are left; what Kong
 * has of them is read by the group's work from now on. Throws KubeError.
 */
export async function removeUnneededCertificates(
  context: Context,
  key: string,
  { certificates, reads }: GroupLook,
  group: CertificateGroup,
): Promise<void> {
  const { readers, state } = context;
  const { namespace, name: domain } = splitKey(key);
  const item = nameOfItem({ kind: "order", key });
  const needed = new Set(group.certificates.map(({ number }) => number));
  const unneeded = [...certificates].filter(([number]) => !needed.has(number)).map(([, certificate]) => certificate);
  const later = new Facts(state);
  const free = unneeded.filter((certificate) => !isServed(later, certificate));
  readers.record(item, new Reads().addAll(reads).addAll(later.reads));
  for (const certificate of free) await removeCertificate(context, certificate);
  const after = new Facts(state);
  const left = leftSecrets(after, after.domainCertificate(namespace, domain));
  readers.record(item, new Reads().addAll(reads).addAll(later.reads).addAll(after.reads));
  for (const secret of left) await removeSecret(context, secret);
}

/** True while Kong serves a host with the Certificate's Secret: it has to let go first (rule T5). */
function isServed(facts: Facts, { name, namespace, shown }: OrderedCertificate): boolean {
  const served = shown.names.filter((host) => {
    const tls = facts.live(host).tls;
    return tls?.name === name && tls.namespace === namespace;
  });
  return served.length > 0;
}

/**
 * The Secrets of certificates that the group has no more, and no Certificate either: cert-manager leaves them behind, and may
 * even make one after its Certificate is gone. A Secret of a number that the group never had is a copy, and its owner's.
 */
export function leftSecrets(facts: Facts, stored: DomainCertificate | undefined): readonly SecretVersion[] {
  if (stored === undefined) return [];
  const { group, name: domain, namespace } = stored;
  const standing = new Set([
    ...group.certificates.map(({ number }) => certificateName(domain, number)),
    ...facts.orderedCertificates(namespace, domain).map(({ name }) => name),
  ]);
  return facts.secretsOfGroup(namespace, domain).filter(({ name }) => {
    const number = certificateNumber(domain, name);
    return number !== undefined && number < group.nextNumber && !standing.has(name);
  });
}
