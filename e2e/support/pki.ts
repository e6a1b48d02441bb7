import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.ts";

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
  readonly issue: (request: CertificateRequest) => KeyedCertificate;
}

/** A new certificate authority (EC P-256), valid for `days` from one hour before `now`; see RFC 5280 for the format. */
export function certificateAuthority(commonName: string, now = new Date(), days = 3650): CertificateAuthority {
  const pair = keyPair();
  const name = { commonName };
  const extensions = [
    extension("2.5.29.19", der.sequence(der.TRUE), true), // basicConstraints: a CA
    extension("2.5.29.15", der.bitString(Buffer.from([0b0000_0110]), 1), true), // keyUsage: sign certificates and CRLs
    extension("2.5.29.14", der.octetString(keyIdentifier(pair.publicKey))), // subjectKeyIdentifier
  ];
  const issuer = { name, key: pair.privateKey, keyIdentifier: keyIdentifier(pair.publicKey) };
  const own = signed({ subject: name, publicKey: pair.publicKey, extensions, now, days }, issuer);
  return { certificate: own, key: pemOf(pair.privateKey), issue: (request) => issue(request, issuer, days) };
}

/** A new EC P-256 key pair as PEM, for signing service account tokens. */
export function signingKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const pair = keyPair();
  const publicKey = pair.publicKey.export({ format: "pem", type: "spki" }).toString();
  return { privateKey: pemOf(pair.privateKey), publicKey };
}

interface Name {
  readonly commonName: string;
  readonly organizations?: readonly string[] | undefined;
}

interface Issuer {
  readonly name: Name;
  readonly key: KeyObject;
  readonly keyIdentifier: Buffer;
}

interface Contents {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly now: Date;
  readonly days: number;
}

const ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const HOUR = 3_600_000;

function issue(request: CertificateRequest, issuer: Issuer, days: number): KeyedCertificate {
  const { publicKey, privateKey } = keyPair();
  const purpose = request.use === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
  const authorityKeyIdentifier = der.sequence(der.element(0x80, issuer.keyIdentifier));
  const extensions = [
    extension("2.5.29.15", der.bitString(Buffer.from([0b1000_0000]), 7), true), // keyUsage: digitalSignature
    extension("2.5.29.37", der.sequence(der.oid(purpose))),
    extension("2.5.29.35", authorityKeyIdentifier),
    ...(request.hosts?.length ? [extension("2.5.29.17", der.sequence(...request.hosts.map(generalName)))] : []),
  ];
  const subject = { commonName: request.commonName, organizations: request.organizations };
  const contents = { subject, publicKey, extensions, now: request.now ?? new Date(), days: request.days ?? days };
  return { certificate: signed(contents, issuer), key: pemOf(privateKey) };
}

function signed(contents: Contents, issuer: Issuer): string {
  const notBefore = new Date(contents.now.getTime() - HOUR);
  const notAfter = new Date(contents.now.getTime() + contents.days * 24 * HOUR);
  const toBeSigned = der.sequence(
    der.element(0xa0, der.integer(Buffer.from([2]))), // version 3
    der.integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    der.sequence(der.utcTime(notBefore), der.utcTime(notAfter)),
    nameOf(contents.subject),
    contents.publicKey.export({ format: "der", type: "spki" }),
    der.element(0xa3, der.sequence(...contents.extensions)),
  );
  const signature = sign("sha256", toBeSigned, { key: issuer.key, dsaEncoding: "der" });
  const certificate = der.sequence(toBeSigned, ECDSA_WITH_SHA256, der.bitString(signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function keyPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function pemOf(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest()
    .subarray(0, 20);
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.TRUE] : []), der.octetString(value));
}

function nameOf({ commonName, organizations = [] }: Name): Buffer {
  const part = (id: string, text: string): Buffer => der.set(der.sequence(der.oid(id), der.utf8String(text)));
  return der.sequence(...organizations.map((group) => part("2.5.4.10", group)), part("2.5.4.3", commonName));
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return der.element(0x87, Buffer.from(host.split(".").map(Number)));
  return der.element(0x82, Buffer.from(host, "ascii"));
}
