import { endedGroup } from "../decide/certificates/ended.ts";
import type { OrderSettings } from "../decide/certificates/limits.ts";
import { noGroup } from "../world/certificate-group.ts";
import type { CertificateGroup } from "../world/certificate-group.ts";
import { issuerOf } from "../decide/issuer.ts";
import { certificateNumber } from "../world/domain-certificate.ts";
import type { DomainCertificate, IssuerRef, OrderedCertificate } from "../world/domain-certificate.ts";
import { Facts } from "../world/facts.ts";
import type { Issuer } from "../world/issuer.ts";
import { objectKey } from "../world/keys.ts";
import type { Pieces } from "../world/pieces.ts";
import { Reads } from "../world/reads.ts";
import type { Context } from "./context.ts";
import { wantedNames } from "./wanted-names.ts";
import type { WantedNames } from "./wanted-names.ts";
import { nameOfItem } from "./work-item.ts";

/** What is known of a group of certificates. */
export interface GroupLook {
  readonly stored: DomainCertificate | undefined;
  /** What is remembered of it: of one that is being deleted without what is under way, which nobody waits for any more. */
  readonly group: CertificateGroup;
  /** By number. */
  readonly certificates: ReadonlyMap<number, OrderedCertificate>;
  readonly names: WantedNames;
  readonly issuerRef: IssuerRef;
  /** Undefined where there is none of that name. */
  readonly issuer: Issuer | undefined;
  /** The facts on which that rests. */
  readonly reads: Reads;
}

/** Looks in pieces. What one of them has read may change before the last one ends: then the group is looked at once more. */
export function* lookAt(
  { clock, proof, readers, settings, state }: Context,
  orders: OrderSettings,
  namespace: string,
  domain: string,
): Pieces<GroupLook> {
  const item = nameOfItem({ kind: "order", key: objectKey(namespace, domain) });
  const reads = new Reads();
  let facts = new Facts(state);
  const before = facts.domainCertificate(namespace, domain)?.group.certificates ?? [];
  const standing = new Set(before.flatMap(({ issued, names }) => [...issued, ...names]));
  const noteReads = (): void => {
    reads.addAll(facts.reads);
    readers.add(item, facts.reads);
  };
  const look = (): Facts => {
    noteReads();
    facts = new Facts(state);
    return facts;
  };
  const names = yield* wantedNames(look, settings, { namespace, domain, standing, asks: proof.asks });
  const stored = facts.domainCertificate(namespace, domain);
  const certificates = new Map<number, OrderedCertificate>();
  for (const certificate of facts.orderedCertificates(namespace, domain)) {
    const number = certificateNumber(domain, certificate.name);
    // Whoever can write Certificates can name an owner: one that is gone, or was not there yet.
    if (number !== undefined && certificate.owner.uid === stored?.uid) certificates.set(number, certificate);
  }
  const issuerRef = issuerOf(facts, orders.issuer, namespace);
  const issuer = facts.issuer(issuerRef, namespace);
  noteReads();
  const known = { stored, certificates, issuerRef, issuer, reads };
  if (stored?.deleting !== true) return { ...known, group: stored?.group ?? noGroup, names };
  const group = endedGroup(stored.group, orders.limits, clock.now());
  return { ...known, group, names: { ...names, wanted: [], lost: standing } };
}
