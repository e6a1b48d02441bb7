import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A certificate and its private key, both PEM. */
export type CertifiedKey = { readonly cert: string; readonly key: string };

/** The built-in certificates, RSA and ECDSA, self-signed and with the subject that Kong gives its own. */
export async function defaultCertificates(): Promise<readonly CertifiedKey[]> {
  return Promise.all([selfSigned(SUBJECT, RSA), selfSigned(SUBJECT)]);
}

const SUBJECT = "C=US, ST=California, L=San Francisco, O=Kong, OU=IT Department, CN=localhost";
const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const ECDSA = { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" };

/** A self-signed certificate without extensions for the subject, such as `CN=localhost`. */
export async function selfSigned(name: string, algorithm: typeof RSA | typeof ECDSA = ECDSA): Promise<CertifiedKey> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    notBefore: new Date("2020-01-01"),
    notAfter: new Date("2049-12-31"),
    signingAlgorithm: algorithm,
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { cert: `${certificate.toString("pem")}\n`, key: `${key}\n` };
}
