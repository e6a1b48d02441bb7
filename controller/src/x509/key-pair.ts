import "reflect-metadata";
import { X509Certificate as NodeCertificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SubjectAlternativeNameExtension, X509Certificate } from "@peculiar/x509";
import type { KeyPair, PairProblem } from "../world/tls.ts";
import { costOfChain } from "./chain.ts";
import { isServableCurve } from "./curves.ts";
import { identifierBytes, mostIdentifiers } from "./object-identifiers.ts";
import { privateKeyIn } from "./private-key.ts";
import { isSoundRsaKey } from "./rsa-key.ts";
import { secretHash } from "./secret-hash.ts";

/** A certificate with its chain, and its private key, both PEM. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/** What a pair turned out to be. */
export type PairReading =
  { readonly ok: true; readonly pair: KeyPair } | { readonly ok: false; readonly problem: PairProblem };

/** Characters of the two texts; a chain of ten RSA certificates has some 20,000. */
const longest = { cert: 64 * 1024, key: 16 * 1024 } as const;

/** Certificates in a chain, the leaf counted. */
const longestChain = 10;

/** Names of a leaf: Let's Encrypt gives 100, and the library takes some 30 ms for as many as these. */
const mostNames = 500;

/** Values that the leaf's ASN.1 may have, beside its names. */
const asn1 = { berOptions: { maxDepth: 32, maxNodes: mostNames + 500 } } as const;

/** Bits of an RSA key: fewer are weak (NIST SP 800-57), and more keep the gateway busy at every handshake; Let's Encrypt takes as many. */
const rsaBits = { least: 2_048, most: 4_096 } as const;

/** Whoever finds two texts with one of these hashes can forge a signature (RFC 9155, RFC 6151). */
const weakHashes = /sha-?1$|md5|md2/i;

/** Signatures that the library has no name for: RSA with MD2, MD4, MD5 (RFC 8017), DSA and ECDSA with SHA-1. */
const weakSignatures = new Set([
  "1.2.840.113549.1.1.2",
  "1.2.840.113549.1.1.3",
  "1.2.840.113549.1.1.4",
  "1.2.840.10040.4.3",
  "1.2.840.10045.4.1",
]);

/**
 * Reads a pair as the gateway will: the first certificate is the leaf, and the key is its. What can't be served is a
 * problem. The dates are told, and not judged: that takes a clock. Nothing of the texts is in what it answers.
 */
export function readKeyPair({ cert, key }: PemPair): PairReading {
  if (cert.length > longest.cert) return invalid(tooLong("tls.crt", longest.cert));
  if (key.length > longest.key) return invalid(tooLong("tls.key", longest.key));
  const blocks = cert.match(certificateBlock) ?? [];
  if (blocks.length > longestChain) {
    return invalid(`has more than ${String(longestChain)} certificates in tls.crt; the leaf and its chain will do`);
  }
  const chain: NodeCertificate[] = [];
  for (const [i, block] of blocks.entries()) {
    const one = parsed(block);
    if (one === undefined) return invalid(`has a certificate in tls.crt that can't be read (number ${String(i + 1)})`);
    chain.push(one);
  }
  const [certificate, ...authorities] = chain;
  if (certificate === undefined) return invalid("has no certificate in tls.crt: a PEM block CERTIFICATE is expected");
  const privateKey = privateKeyIn(key);
  if (privateKey === undefined) {
    return invalid("has no private key in tls.key that can be read without a password; RSA or ECDSA is expected");
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    return invalid("has a private key that does not belong to its first certificate, which has to be the leaf");
  }
  if (privateKey.asymmetricKeyType?.startsWith("rsa") === true && !isSoundRsaKey(privateKey)) {
    return invalid("has an RSA key in tls.key whose numbers don't belong together");
  }
  // Node.js lists all names in no time, where the library would take seconds.
  if ((certificate.subjectAltName ?? "").split(", ").length > mostNames) {
    return invalid(`has a certificate for more than ${String(mostNames)} names`);
  }
  if (identifierBytes(certificate.raw) > mostIdentifiers) {
    return invalid(`has a certificate with object identifiers of more than ${String(mostIdentifiers / 1024)} KiB`);
  }
  const cost = costOfChain(authorities);
  return cost === undefined ? readLeaf(certificate, written(cert, privateKey)) : invalid(cost);
}

/** SHA-256 of a certificate's DER in lower case hex, by which a leaf that is shown in a handshake is known again. */
export function fingerprintOf({ fingerprint256 }: Pick<NodeCertificate, "fingerprint256">): string {
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

/**
 * The pair as the gateway gets it: the certificates and the key, without whatever else somebody wrote around them. Kong
 * takes a key that begins with `{vault://` and ends with `}` for a reference to a secret of its own, whatever stands in
 * between (`kong/pdk/vault.lua`); so the key is written anew (PKCS #8). Throws where there is none.
 */
export function servedPem({ cert, key }: PemPair): PemPair {
  const privateKey = privateKeyIn(key);
  if (privateKey === undefined) throw new Error("there is no private key that can be served");
  return written(cert, privateKey);
}

function written(cert: string, key: KeyObject): PemPair {
  const certificates = cert.match(certificateBlock) ?? [];
  return { cert: `${certificates.join("\n")}\n`, key: key.export({ format: "pem", type: "pkcs8" }).toString() };
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function readLeaf(node: NodeCertificate, pem: PemPair): PairReading {
  try {
    const certificate = new X509Certificate(node.raw, asn1);
    const weakness = weaknessOf(certificate, node.publicKey);
    if (weakness !== undefined) return { ok: false, problem: { kind: "weak", detail: weakness } };
    const names = namesOf(certificate);
    const { notBefore, notAfter } = certificate;
    const hashes = { certHash: secretHash(pem.cert) ?? "", keyHash: secretHash(pem.key) ?? "" };
    const known = { ...hashes, leaf: fingerprintOf(node), names };
    return { ok: true, pair: { ...known, notBefore: notBefore.getTime(), notAfter: notAfter.getTime() } };
  } catch {
    // The parser's error is no cause to keep: it may quote the certificate.
    return invalid("has a certificate in tls.crt that can't be read (number 1)");
  }
}

/** Undefined for what is no certificate. */
function parsed(block: string): NodeCertificate | undefined {
  try {
    return new NodeCertificate(block);
  } catch {
    return undefined;
  }
}

/** Why the certificate protects nobody, or costs the gateway too much; undefined: it is sound. */
function weaknessOf(certificate: X509Certificate, publicKey: KeyObject): string | undefined {
  const signature = certificate.signatureAlgorithm as { readonly name?: string; readonly hash?: unknown };
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (weakHashes.test(hashName(signature)) || weakSignatures.has(signature.name ?? "")) {
    return "has a certificate with a broken signature algorithm (SHA-1, MD5 or older)";
  }
  if (type === "ed25519" || type === "ed448") return undefined;
  if (type === "ec") {
    const curve = details?.namedCurve;
    return isServableCurve(curve)
      ? undefined
      : `has a key on the curve ${curve ?? "unknown"}; P-256, P-384 or P-521 is expected`;
  }
  const bits = details?.modulusLength ?? 0;
  if (bits < rsaBits.least) return `has an RSA key of ${String(bits)} bits, which is too short`;
  if (bits > rsaBits.most) return `has an RSA key of ${String(bits)} bits, which costs every visitor too much time`;
  return undefined;
}

/** Empty for an algorithm that has no hash of its own, such as Ed25519. */
function hashName({ hash }: { readonly hash?: unknown }): string {
  return typeof hash === "object" && hash !== null && "name" in hash ? String(hash.name) : "";
}

function namesOf(certificate: X509Certificate): readonly string[] {
  const items = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  const names = items.flatMap(({ type, value }) => (type === "dns" ? [value.toLowerCase()] : []));
  // What can be no host is for none, and is not to be repeated to anybody.
  return names.filter((name) => dnsName.test(name));
}

const dnsName = /^(?:\*\.)?[a-z0-9_.-]{1,253}$/;

function tooLong(field: string, most: number): string {
  return `has more than ${String(most / 1024)} KiB in ${field}`;
}

function invalid(detail: string): PairReading {
  return { ok: false, problem: { kind: "invalid", detail } };
}
