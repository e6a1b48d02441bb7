import { apiVersion, domainCertificates, orderedLabel } from "@domain-claims/crds/domain";
import { fieldsOf, listOf, required, textOf } from "../translate/raw.ts";
import type { Raw } from "../translate/raw.ts";
import { translateOrder } from "../translate/order.ts";
import type { OrderOf, OrderState } from "../translate/order.ts";
import type { DomainCertificate, IssuerRef, OrderedCertificate } from "../world/domain-certificate.ts";
import type { SecretVersion } from "../world/tls.ts";
import type { Host } from "@domain-claims/crds/hostname";
import { domainCertificateBody } from "./domain-certificate-body.ts";
import type { DomainCertificateContent } from "./domain-certificate-body.ts";
import { fieldManager } from "./field-manager.ts";
import { listPages } from "./list.ts";
import type { ObjectCalls } from "./object-calls.ts";
import type { VersionRef } from "./refs.ts";

/** A Certificate that there should be. */
export interface CertificateOrder {
  readonly namespace: string;
  /** Its own name, and that of its Secret, as cert-manager's ingress-shim names them: so the two can't both order. */
  readonly name: string;
  readonly names: readonly Host[];
  readonly owner: { readonly name: string; readonly uid: string };
  readonly issuer: IssuerRef;
}

/** A Certificate that may be anybody's. */
export interface FoundCertificate extends VersionRef {
  /** The UID of what owns it; undefined where nothing does. */
  readonly ownerUid: string | undefined;
}

/** What the controller asks of the API server for the sake of certificates. Everything throws KubeError on failure. */
export interface CertificateApi {
  readonly createDomainCertificate: (content: DomainCertificateContent) => Promise<DomainCertificate>;
  /** Replaces it if it is still the version that was read. */
  readonly updateDomainCertificate: (
    version: Pick<VersionRef, "uid" | "resourceVersion">,
    content: DomainCertificateContent,
  ) => Promise<DomainCertificate>;
  /** Deletes it, finalizer and all, if it is still the version that was read. */
  readonly deleteDomainCertificate: (object: DomainCertificate) => Promise<void>;
  readonly createCertificate: (order: CertificateOrder) => Promise<OrderedCertificate>;
  /** Reads whose Certificate has the name, from the API server itself; undefined only if it says that there is none. */
  readonly findCertificate: (ref: Pick<VersionRef, "namespace" | "name">) => Promise<FoundCertificate | undefined>;
  /** Gives the Certificate of that incarnation these names, whatever version it has by now. */
  readonly orderCertificate: (known: VersionRef, order: CertificateOrder) => Promise<OrderedCertificate>;
  /** Deletes the Certificate of that incarnation. */
  readonly deleteCertificate: (known: VersionRef) => Promise<void>;
  /** Deletes the Secret of that incarnation. */
  readonly deleteSecret: (secret: Pick<SecretVersion, "namespace" | "name" | "uid">) => Promise<void>;
  /** What the last Order of the Certificate, from this issuer and for these names, says, read from the API server itself. */
  readonly orderState: (certificate: Pick<VersionRef, "namespace"> & OrderOf) => Promise<OrderState>;
}

/**
 * What is read of a namespace's CertificateRequests, Orders and Challenges: whoever may edit there may make as many as they
 * like, and as long, while everybody else's orders wait.
 */
const most = { pages: 10, page: { items: 100, bytes: 1024 * 1024 } } as const;

/** The calls for certificates. What is returned throws KubeError. */
export function certificateApi({
  call,
  callFor,
  readAs,
  transport,
}: Pick<ObjectCalls, "call" | "callFor" | "readAs" | "transport">): CertificateApi {
  const query = { fieldManager };
  const list = async (group: string, namespace: string, plural: string): Promise<readonly unknown[]> => {
    const path = `/apis/${group}/v1/namespaces/${namespace}/${plural}`;
    const found: unknown[] = [];
    let pages = 0;
    for await (const { items } of listPages(transport, path, {}, undefined, most.page)) {
      found.push(...items);
      if (++pages === most.pages) break;
    }
    return found;
  };
  return {
    createDomainCertificate: (content) =>
      callFor("DomainCertificate", {
        method: "POST",
        path: groupsPath(content.namespace),
        query,
        body: domainCertificateBody(content),
      }),
    updateDomainCertificate: ({ uid, resourceVersion }, content) =>
      callFor("DomainCertificate", {
        method: "PUT",
        path: `${groupsPath(content.namespace)}/${encodeURIComponent(content.name)}`,
        query,
        body: domainCertificateBody(content, { uid, resourceVersion, finished: false }),
      }),
    deleteDomainCertificate: async (object) => {
      const { uid, resourceVersion } = object;
      const path = `${groupsPath(object.namespace)}/${encodeURIComponent(object.name)}`;
      const body = domainCertificateBody(object, { uid, resourceVersion, finished: true });
      await call({ method: "PUT", path, query, body });
      // One that was being deleted already is gone with its finalizer.
      if (!object.deleting) await call({ method: "DELETE", path, body: deletion({ uid }) });
    },
    createCertificate: (order) =>
      callFor("Certificate", {
        method: "POST",
        path: certificatesPath(order.namespace),
        query,
        body: certificateBody(order),
      }),
    findCertificate: ({ namespace, name }) => {
      const path = `${certificatesPath(namespace)}/${encodeURIComponent(name)}`;
      return readAs("Certificate", path, name, translateFoundCertificate);
    },
    orderCertificate: ({ uid }, order) =>
      callFor("Certificate", {
        method: "PATCH",
        path: `${certificatesPath(order.namespace)}/${encodeURIComponent(order.name)}`,
        query: { fieldManager, force: "true" },
        contentType: "application/apply-patch+yaml",
        body: certificateBody(order, uid),
      }),
    deleteCertificate: async ({ namespace, name, uid }) => {
      const path = `${certificatesPath(namespace)}/${encodeURIComponent(name)}`;
      await call({ method: "DELETE", path, body: deletion({ uid }) });
    },
    deleteSecret: async ({ namespace, name, uid }) => {
      const path = `/api/v1/namespaces/${namespace}/secrets/${encodeURIComponent(name)}`;
      await call({ method: "DELETE", path, body: deletion({ uid }) });
    },
    orderState: async ({ namespace, ...certificate }) =>
      translateOrder(certificate, {
        requests: await list("cert-manager.io", namespace, "certificaterequests"),
        orders: await list("acme.cert-manager.io", namespace, "orders"),
        challenges: await list("acme.cert-manager.io", namespace, "challenges"),
      }),
  };
}

/** The Certificate (cert-manager.io/v1); no common name, which not every profile of a certificate authority takes. */
function certificateBody({ issuer, name, names, namespace, owner }: CertificateOrder, uid?: string): object {
  const labels = { [orderedLabel]: "true" };
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: {
      ...{ namespace, name, labels },
      ownerReferences: [{ apiVersion, kind: domainCertificates.kind, ...owner, controller: true }],
      ...(uid === undefined ? {} : { uid }),
    },
    spec: {
      secretName: name,
      dnsNames: names,
      issuerRef: { group: "cert-manager.io", ...issuer },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      revisionHistoryLimit: 1,
      secretTemplate: { labels },
    },
  };
}

function translateFoundCertificate(raw: Raw): FoundCertificate {
  const metadata = fieldsOf(raw["metadata"]);
  const owner = listOf(metadata["ownerReferences"])
    .map(fieldsOf)
    .find(({ controller }) => controller === true);
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    ownerUid: textOf(owner?.["uid"]),
  };
}

function deletion(preconditions: { readonly uid: string }): object {
  return { apiVersion: "v1", kind: "DeleteOptions", preconditions };
}

function groupsPath(namespace: string): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/${domainCertificates.plural}`;
}

function certificatesPath(namespace: string): string {
  return `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`;
}
