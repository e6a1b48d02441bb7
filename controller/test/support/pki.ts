import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { PemPair } from "../../src/x509/key-pair.ts";

/** What a certificate is to say; what is not said is sound. */
export interface PairOptions {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Default: ECDSA on P-256 with SHA-256. */
  readonly algorithm?: RsaHashedKeyGenParams | EcKeyGenParams | Ed25519Params;
  /** The subject. Default: CN=test. */
  readonly subject?: string;
  /** Beside the names. */
  readonly extensions?: readonly x509.Extension[];
}

/** What a certificate request is to say beside DNS names; what is not said is nothing. */
export interface RequestOptions {
  readonly extensions?: readonly x509.Extension[];
  readonly attributes?: readonly x509.Attribute[];
  /** The subject. */
  readonly name?: string;
}

interface EcKeyGenParams {
  readonly name: "ECDSA";
  readonly namedCurve: string;
}

interface Ed25519Params {
  readonly name: "Ed25519";
}

interface RsaHashedKeyGenParams {
  readonly name: "RSASSA-PKCS1-v1_5";
  readonly hash: string;
  readonly modulusLength: number;
  readonly publicExponent: Uint8Array<ArrayBuffer>;
}

const ecdsa: EcKeyGenParams = { name: "ECDSA", namedCurve: "P-256" };

/** An RSA key of so many bits, signed with the hash. */
export function rsa(modulusLength: number, hash = "SHA-256"): RsaHashedKeyGenParams {
  return { name: "RSASSA-PKCS1-v1_5", hash, modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
}

/** A certificate request that names these, in a PEM block of its own. */
export async function requestFor(
  names: readonly (string | x509.JsonGeneralName)[],
  { attributes = [], extensions = [], name = "" }: RequestOptions = {},
): Promise<string> {
  const keys = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const general = names.map((value) => (typeof value === "string" ? ({ type: "dns", value } as const) : value));
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    ...{ keys, name, attributes: [...attributes] },
    signingAlgorithm: { hash: "SHA-256", ...ecdsa },
    extensions: [...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(general)]), ...extensions],
  });
  return `${request.toString("pem")}\n`;
}

/** A new certificate for the DNS names, signed by its own key, and the key: both PEM. */
export async function pairFor(names: readonly string[], options: PairOptions = {}): Promise<PemPair> {
  const { algorithm = ecdsa, subject = "CN=test" } = options;
  const keys = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys,
    notBefore: options.notBefore ?? new Date("2026-01-01T00:00:00Z"),
    notAfter: options.notAfter ?? new Date("2030-01-01T00:00:00Z"),
    signingAlgorithm: { hash: "SHA-256", ...algorithm },
    extensions: [
      ...(names.length === 0
        ? []
        : [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }) as const))]),
      ...(options.extensions ?? []),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { cert: `${certificate.toString("pem")}\n`, key: `${key}\n` };
}
