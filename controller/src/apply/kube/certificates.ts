import type { Host } from "@domain-claims/crds/hostname";
import type { CertificateOrder } from "../../kube/certificates.ts";
import { KubeError } from "../../kube/errors.ts";
import type { CertificateGroup } from "../../world/certificate-group.ts";
import { certificateName } from "../../world/domain-certificate.ts";
import type { DomainCertificate, GroupReport, IssuerRef, OrderedCertificate } from "../../world/domain-certificate.ts";
import type { SecretVersion } from "../../world/tls.ts";
import type { KubeContext } from "./context.ts";

/** A group by its namespace and its registrable domain. */
export type GroupRef = Pick<DomainCertificate, "namespace" | "name">;

/**
 * Writes down what is to be remembered of a group, in the version that was decided from: whoever else has decided meanwhile
 * makes this fail, and nothing is ordered by it. Throws KubeError.
 */
export async function rememberGroup(
  { kube, state }: KubeContext,
  ref: GroupRef,
  stored: DomainCertificate | undefined,
  content: { readonly group: CertificateGroup; readonly report: GroupReport },
): Promise<DomainCertificate> {
  const object =
    stored === undefined
      ? await kube.createDomainCertificate({ ...ref, ...content })
      : await kube.updateDomainCertificate(stored, { ...ref, ...content });
  state.world.learn({ type: "set", kind: "DomainCertificate", object });
  return object;
}

/** Deletes a DomainCertificate of which nothing is left to remember; one that is gone is as good. Throws KubeError. */
export async function forgetGroup({ kube, state }: KubeContext, stored: DomainCertificate): Promise<void> {
  await unlessGone(() => kube.deleteDomainCertificate(stored));
  const { namespace, name, uid } = stored;
  state.world.apply({ type: "delete", kind: "DomainCertificate", namespace, name, uid });
}

/**
 * Orders what the group's certificates are not for yet, and has what is under way asked of the issuer that there is now: of one
 * that does not exist it would be under way for ever. Returns the numbers of those whose name somebody else's Certificate
 * has. Throws KubeError.
 */
export async function placeOrders(
  context: KubeContext,
  { group, name: domain, namespace, uid }: DomainCertificate,
  known: ReadonlyMap<string, OrderedCertificate>,
  issuer: IssuerRef,
): Promise<ReadonlySet<number>> {
  const { kube, log, state } = context;
  const taken = new Set<number>();
  for (const { names, number, running } of group.certificates) {
    const name = certificateName(domain, number);
    const certificate = known.get(name);
    const isAsked = !running || (certificate?.issuer.name === issuer.name && certificate.issuer.kind === issuer.kind);
    if (certificate !== undefined && isFor(certificate, names) && isAsked) continue;
    const order = { namespace, name, names, owner: { name: domain, uid }, issuer };
    const object =
      certificate === undefined
        ? await createOrTakeBack(context, order)
        : await kube.orderCertificate(certificate, order);
    if (object === undefined) {
      taken.add(number);
      continue;
    }
    state.world.learn({ type: "set", kind: "Certificate", object });
    log.info({ namespace, certificate: name, names: names.length }, "certificate ordered");
  }
  return taken;
}

/** One of ours that no watch shows has lost our mark, and gets it back; undefined for somebody else's, which is left alone. */
async function createOrTakeBack(
  { kube }: KubeContext,
  order: CertificateOrder,
): Promise<OrderedCertificate | undefined> {
  try {
    return await kube.createCertificate(order);
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "alreadyExists") throw error;
    const found = await kube.findCertificate(order);
    if (found === undefined) throw error;
    return found.ownerUid === order.owner.uid ? kube.orderCertificate(found, order) : undefined;
  }
}

function isFor({ shown }: OrderedCertificate, names: readonly Host[]): boolean {
  return shown.names.length === names.length && shown.names.every((host, index) => host === names[index]);
}

/** Deletes a Certificate that is not needed any more; its Secret goes after it, or cert-manager would order anew. Throws KubeError. */
export async function removeCertificate(
  { kube, log, state }: KubeContext,
  certificate: OrderedCertificate,
): Promise<void> {
  const { name, namespace, uid } = certificate;
  await unlessGone(() => kube.deleteCertificate(certificate));
  state.world.apply({ type: "delete", kind: "Certificate", namespace, name, uid });
  log.info({ namespace, certificate: name }, "certificate removed");
}

/**
 * Deletes a Secret that cert-manager has made for a Certificate of ours which is gone: while there is one of the name, whoever's
 * it is by now, cert-manager would order it anew. Throws KubeError.
 */
export async function removeSecret({ kube, log, state }: KubeContext, secret: SecretVersion): Promise<void> {
  const { name, namespace, uid } = secret;
  if ((await kube.findCertificate(secret)) !== undefined) return;
  await unlessGone(() => kube.deleteSecret(secret));
  state.world.apply({ type: "delete", kind: "Secret", namespace, name, uid });
  log.info({ namespace, secret: name }, "secret of a removed certificate removed");
}

async function unlessGone(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof KubeError) || error.kind !== "notFound") throw error;
  }
}
