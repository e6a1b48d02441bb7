import type { Api } from "../controlplane/api.ts";
import { waitFor } from "../wait.ts";
import { listOf } from "../world/objects.ts";
import type { Stored } from "../world/objects.ts";

/** A condition of an object of cert-manager. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Which generation of the object it is about; only a Certificate's conditions say so. */
  readonly observedGeneration?: number;
}

interface OfCertManager<Spec, Status> {
  readonly metadata: { readonly name: string; readonly ownerReferences?: readonly { readonly name: string }[] };
  readonly spec: Spec;
  readonly status?: Status;
}

/** A Certificate (`cert-manager.io/v1`) as the API server shows it, so far as tests look at it. */
export type Certificate = Stored<
  OfCertManager<
    { readonly secretName: string; readonly dnsNames: readonly string[] },
    { readonly conditions?: readonly Condition[]; readonly revision?: number; readonly failedIssuanceAttempts?: number }
  >
>;

/** A CertificateRequest (`cert-manager.io/v1`). */
export type CertificateRequest = Stored<OfCertManager<object, { readonly conditions?: readonly Condition[] }>>;

/** An Order (`acme.cert-manager.io/v1`); its state is that of RFC 8555, section 7.1.6. */
export type Order = Stored<
  OfCertManager<
    { readonly dnsNames: readonly string[] },
    { readonly state?: string; readonly reason?: string; readonly failureTime?: string }
  >
>;

/** A Challenge (`acme.cert-manager.io/v1`) of one name. */
export type Challenge = Stored<
  OfCertManager<
    { readonly dnsName: string; readonly wildcard: boolean },
    { readonly state?: string; readonly reason?: string; readonly presented: boolean; readonly processing: boolean }
  >
>;

/** What cert-manager made for a namespace's Certificates. */
export interface Issuance {
  readonly certificates: readonly Certificate[];
  readonly requests: readonly CertificateRequest[];
  readonly orders: readonly Order[];
  readonly challenges: readonly Challenge[];
}

/** A Certificate to be created, of a ClusterIssuer; its Secret has the same name, and its key is ECDSA P-256. */
export function certificate(name: string, dnsNames: readonly string[], issuer: string): object {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name },
    spec: {
      secretName: name,
      dnsNames,
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
      privateKey: { algorithm: "ECDSA", size: 256 },
    },
  };
}

/** The paths of a namespace's objects. */
export const certManagerPaths = {
  certificates: (namespace: string) => `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`,
  requests: (namespace: string) => `/apis/cert-manager.io/v1/namespaces/${namespace}/certificaterequests`,
  orders: (namespace: string) => `/apis/acme.cert-manager.io/v1/namespaces/${namespace}/orders`,
  challenges: (namespace: string) => `/apis/acme.cert-manager.io/v1/namespaces/${namespace}/challenges`,
} as const;

/**
 * All that cert-manager shows in a namespace. What comes of an Order is told to the request and the Certificate, in that order: they
 * are read the other way round, so that what one tells is there in the next.
 */
export async function issuanceIn(api: Api, namespace: string): Promise<Issuance> {
  return {
    certificates: await listOf<Certificate>(api, certManagerPaths.certificates(namespace)),
    requests: await listOf<CertificateRequest>(api, certManagerPaths.requests(namespace)),
    orders: await listOf<Order>(api, certManagerPaths.orders(namespace)),
    challenges: await listOf<Challenge>(api, certManagerPaths.challenges(namespace)),
  };
}

/** Waits until what cert-manager shows in a namespace is as `wanted` says; throws what it shows where it never is. */
export async function untilIssuance(
  api: Api,
  namespace: string,
  what: string,
  wanted: (issuance: Issuance) => boolean,
): Promise<Issuance> {
  return waitFor({ what: `${what} in namespace ${namespace}`, timeout: 180_000 }, async () => {
    const issuance = await issuanceIn(api, namespace);
    if (wanted(issuance)) return issuance;
    throw new Error(`cert-manager shows:\n${JSON.stringify(statusesOf(issuance), undefined, 2)}`);
  });
}

/** Whether a Certificate is issued for the generation that the API server has. */
export function ready({ metadata, status }: Certificate): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status, observedGeneration }) =>
      type === "Ready" && status === "True" && observedGeneration === metadata.generation,
  );
}

function statusesOf(issuance: Issuance): object {
  const short = ({ metadata: { name }, status }: Certificate | CertificateRequest | Order | Challenge): object => ({
    name,
    status,
  });
  return Object.fromEntries(
    Object.entries(issuance).map(([kind, objects]: [string, readonly Certificate[]]) => [kind, objects.map(short)]),
  );
}
