import type { KeyedCertificate } from "../pki.ts";
import type { DnsServer } from "./dns-server.ts";
import { PROFILE } from "./pebble.ts";
import type { Pebble } from "./pebble.ts";

/** The namespace of cert-manager, and of the Secrets that ClusterIssuers name. */
export const CERT_MANAGER_NAMESPACE = "cert-manager";

/** The ClusterIssuers, by name. */
export const ISSUERS = { selfSigned: "self-signed", ca: "ca", acme: "acme", http01: "acme-http01" } as const;

/** An object of the issuers, and the collection that it is created in. */
export interface IssuerObject {
  readonly collection: string;
  readonly object: object;
}

/** All ClusterIssuers, and before them the Secrets that they need. */
export function issuerObjects(authority: KeyedCertificate, dns: DnsServer, pebble: Pebble): readonly IssuerObject[] {
  const tsig = "acme-tsig";
  return [
    secret(ISSUERS.ca, "kubernetes.io/tls", { "tls.crt": authority.certificate, "tls.key": authority.key }),
    secret(tsig, "Opaque", { secret: dns.tsig.secret }),
    clusterIssuer(ISSUERS.selfSigned, { selfSigned: {} }),
    clusterIssuer(ISSUERS.ca, { ca: { secretName: ISSUERS.ca } }),
    acmeIssuer(ISSUERS.acme, pebble, {
      dns01: {
        rfc2136: {
          nameserver: dns.address,
          tsigAlgorithm: "HMACSHA256",
          tsigKeyName: dns.tsig.name,
          tsigSecretSecretRef: { name: tsig, key: "secret" },
        },
      },
      // Its own check sleeps for a minute, and holds a worker meanwhile.
      waitInsteadOfSelfCheck: "0s",
    }),
    acmeIssuer(ISSUERS.http01, pebble, { http01: { ingress: { ingressClassName: "kong" } } }),
  ];
}

function acmeIssuer(name: string, { ca, directoryUrl: server }: Pebble, solver: object): IssuerObject {
  const acme = { server, caBundle: Buffer.from(ca).toString("base64"), profile: PROFILE, solvers: [solver] };
  return clusterIssuer(name, { acme: { ...acme, privateKeySecretRef: { name: `${name}-account` } } });
}

function secret(name: string, type: string, stringData: Readonly<Record<string, string>>): IssuerObject {
  const collection = `/api/v1/namespaces/${CERT_MANAGER_NAMESPACE}/secrets`;
  return { collection, object: { metadata: { name }, type, stringData } };
}

function clusterIssuer(name: string, spec: object): IssuerObject {
  const apiVersion = "cert-manager.io/v1";
  const collection = `/apis/${apiVersion}/clusterissuers`;
  return { collection, object: { apiVersion, kind: "ClusterIssuer", metadata: { name }, spec } };
}
