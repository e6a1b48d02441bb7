import { X509Certificate, createPrivateKey } from "node:crypto";
import type { Api } from "../controlplane/api.ts";

/** A Secret of the type kubernetes.io/tls, read. */
export interface TlsSecret {
  readonly uid: string;
  readonly resourceVersion: string;
  /** The leaf, and the intermediates behind it. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  /** The DNS names of the leaf, sorted. */
  readonly names: readonly string[];
  /** Whether the Secret's key is the leaf's. */
  readonly keyFits: boolean;
}

interface Stored {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly data: Readonly<Record<"tls.crt" | "tls.key", string>>;
}

/** The Secret that a Certificate was issued into, or undefined where there is none. */
export async function tlsSecret(api: Api, namespace: string, name: string): Promise<TlsSecret | undefined> {
  const found = await api.find(`/api/v1/namespaces/${namespace}/secrets/${name}`);
  if (found === undefined) return undefined;
  const { metadata, data } = found as Stored;
  const [certificates, key] = [data["tls.crt"], data["tls.key"]].map((text) => Buffer.from(text, "base64").toString());
  const [leaf, ...others] = (certificates ?? "")
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .map((pem) => new X509Certificate(pem));
  if (leaf === undefined || key === undefined) throw new Error(`Secret ${namespace}/${name} has no certificate`);
  return {
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    chain: [leaf, ...others],
    names: (leaf.subjectAltName ?? "")
      .split(", ")
      .map((entry) => entry.replace(/^DNS:/, ""))
      .sort(),
    keyFits: leaf.checkPrivateKey(createPrivateKey(key)),
  };
}

/** Whether each certificate of a chain is signed by the next one, and the last by the root (PEM). */
export function leadsTo(chain: readonly X509Certificate[], root: string): boolean {
  const all = [...chain, new X509Certificate(root)];
  return chain.every((certificate, i) => {
    const issuer = all[i + 1];
    return issuer !== undefined && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  });
}
