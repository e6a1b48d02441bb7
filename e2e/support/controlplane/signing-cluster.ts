import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import type { CertificateAuthority, CertificateRequest, KeyedCertificate } from "../pki.ts";
import { waitFor } from "../wait.ts";
import type { Api } from "./api.ts";

const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const ALGORITHM = { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" };

/**
 * The authority of a cluster whose key nobody gives away: client certificates are asked for by a CertificateSigningRequest,
 * approved as its administrator, and signed by the cluster.
 */
export function signingCluster(api: Api, certificate: string): Pick<CertificateAuthority, "certificate" | "issue"> {
  return { certificate, issue: (request) => issue(api, request) };
}

async function issue(api: Api, { commonName, organizations = [] }: CertificateRequest): Promise<KeyedCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const name = [...organizations.map((group) => `O=${group}`), `CN=${commonName}`].join(",");
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: ALGORITHM });
  const made = (await api.must("POST", requests, {
    metadata: { generateName: "domain-claims-" },
    spec: {
      request: Buffer.from(request.toString("pem")).toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["client auth"],
    },
  })) as { readonly metadata: { readonly name: string } };
  const path = `${requests}/${made.metadata.name}`;
  const approved = { type: "Approved", status: "True", reason: "Tests", message: "for a user of the tests" };
  await api.must("PUT", `${path}/approval`, { ...made, status: { conditions: [approved] } });
  const signed = await waitFor({ what: `the certificate of ${commonName}` }, async () => {
    const { status } = (await api.must("GET", path)) as { readonly status: { readonly certificate?: string } };
    return status.certificate ?? false;
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { certificate: Buffer.from(signed, "base64").toString(), key: `${key}\n` };
}
