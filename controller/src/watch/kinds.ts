import { apiVersion, domainCertificates, domains, hostRecords, orderedLabel } from "@domain-claims/crds/domain";
import type { WatchedKind } from "../world/event.ts";

/** A kind that is watched, or the part of it that the selectors say. */
export interface Watch {
  readonly kind: WatchedKind;
  /** Where it is listed: `/api/v1/services`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Nothing but its metadata is sent, and so read. */
  readonly metadataOnly?: true;
  /** A cluster may do without it: while the API server does not serve the kind, there is nothing of it. */
  readonly optional?: true;
  /** What it is watched for alone; absent: always. */
  readonly only?: keyof Purposes;
  /** What an administrator is told while the API server does not serve the kind. */
  readonly absent: string;
}

/** What a controller does beside programming Kong. */
export interface Purposes {
  /** Orders certificates. */
  readonly orders: boolean;
  /** Orders them from ClusterIssuers, or from Issuers. */
  readonly clusterIssuers: boolean;
  readonly issuers: boolean;
  /** Approves what others order. */
  readonly approvals: boolean;
}

const ours = (kind: WatchedKind, plural: string): Watch => ({
  kind,
  path: `/apis/${apiVersion}/${plural}`,
  absent: `the CRD ${plural}.${apiVersion.split("/")[0] ?? ""} is not installed: kubectl apply -f crds/`,
});

const builtIn = (kind: WatchedKind, path: string): Watch => ({
  kind,
  path,
  absent: `the API server does not serve ${path}`,
});

/** Everything that may be watched. */
export const watches: readonly Watch[] = [
  builtIn("Namespace", "/api/v1/namespaces"),
  ours("Domain", domains.plural),
  ours("HostRecord", hostRecords.plural),
  builtIn("IngressClass", "/apis/networking.k8s.io/v1/ingressclasses"),
  builtIn("Ingress", "/apis/networking.k8s.io/v1/ingresses"),
  builtIn("Service", "/api/v1/services"),
  // Keys of which nobody here has need never leave the API server.
  { ...builtIn("Secret", "/api/v1/secrets"), fieldSelector: "type=kubernetes.io/tls", metadataOnly: true },
  ours("DomainCertificate", domainCertificates.plural),
  {
    kind: "Certificate",
    path: "/apis/cert-manager.io/v1/certificates",
    labelSelector: `${orderedLabel}=true`,
    optional: true,
    only: "orders",
    absent: "cert-manager is not installed, so no certificates are ordered",
  },
  {
    kind: "ClusterIssuer",
    path: "/apis/cert-manager.io/v1/clusterissuers",
    optional: true,
    only: "clusterIssuers",
    absent: "cert-manager is not installed, so there is no ClusterIssuer",
  },
  {
    kind: "Issuer",
    path: "/apis/cert-manager.io/v1/issuers",
    optional: true,
    only: "issuers",
    absent: "cert-manager is not installed, so there is no Issuer",
  },
  {
    kind: "CertificateRequest",
    path: "/apis/cert-manager.io/v1/certificaterequests",
    optional: true,
    only: "approvals",
    absent: "cert-manager is not installed, so there is nothing to approve",
  },
];

/** What a controller watches that does these things: rights to what it has no need of are not asked for. */
export function watchesFor(purposes: Purposes): readonly Watch[] {
  return watches.filter(({ only }) => only === undefined || purposes[only]);
}
