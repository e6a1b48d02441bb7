import "reflect-metadata";
import { generateKeyPairSync } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** Who a certificate is for and what it may be used for. */
export interface CertificateRequest {
  readonly commonName: string;
  /** In a Kubernetes client certificate: the user's groups. */
  readonly organizations?: readonly string[];
  /** DNS names and IPv4 addresses. */
  readonly hosts?: readonly string[];
  readonly use: "server" | "client";
  readonly now?: Date;
  readonly days?: number;
}

/** A certificate and its private key, both PEM (the key as PKCS #8). */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority: its own certificate, and `issue` for the ones below it. */
export interface CertificateAuthority extends KeyedCertificate {
  readonly issue: (request: CertificateRequest) => Promise<KeyedCertificate>;
}

/** A new certificate authority (EC P-256), valid for `days` from one hour before `now`. */
export async function certificateAuthority(
  commonName: string,
  now = new Date(),
  days = 3650,
): Promise<CertificateAuthority> {
  const keys = await keyPair();
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: nameOf(commonName),
    keys,
    ...validity(now, days),
    signingAlgorithm: EC_WITH_SHA256,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issuer = { name: own.subjectName, keys };
  return { ...(await pemOf(own, keys)), issue: (request) => issue(request, issuer, days) };
}

/** A new EC P-256 key pair as PEM, for signing service account tokens. */
export function signingKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { format: "pem", type: "pkcs8" },
    publicKeyEncoding: { format: "pem", type: "spki" },
  });
}

const EC_WITH_SHA256 = { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" };
const HOUR = 3_600_000;

interface Issuer {
  readonly name: x509.Name;
  readonly keys: CryptoKeyPair;
}

async function issue(request: CertificateRequest, issuer: Issuer, days: number): Promise<KeyedCertificate> {
  const keys = await keyPair();
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const names = (request.hosts ?? []).map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }) as const);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: nameOf(request.commonName, request.organizations),
    issuer: issuer.name,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    ...validity(request.now ?? new Date(), request.days ?? days),
    signingAlgorithm: EC_WITH_SHA256,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([request.use === "server" ? serverAuth : clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  return pemOf(certificate, keys);
}

function keyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(EC_WITH_SHA256, true, ["sign", "verify"]);
}

function validity(now: Date, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now.getTime() - HOUR), notAfter: new Date(now.getTime() + days * 24 * HOUR) };
}

function nameOf(commonName: string, organizations: readonly string[] = []): x509.Name {
  return new x509.Name([
    ...organizations.map((group) => ({ O: [{ utf8String: group }] })),
    { CN: [{ utf8String: commonName }] },
  ]);
}

async function pemOf(certificate: x509.X509Certificate, { privateKey }: CryptoKeyPair): Promise<KeyedCertificate> {
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY");
  return { certificate: `${certificate.toString("pem")}\n`, key: `${key}\n` };
}
