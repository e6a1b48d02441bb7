import { generateKeyPair, randomBytes, sign, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import * as der from "../../der.ts";

/** A certificate and its private key, both PEM. */
export type CertifiedKey = { readonly cert: string; readonly key: string };

/** The built-in certificates, RSA and ECDSA, self-signed and with the subject that Kong gives its own. */
export async function defaultCertificates(): Promise<readonly CertifiedKey[]> {
  const rsa = await generate("rsa", { modulusLength: 2048 });
  const ecdsa = await generate("ec", { namedCurve: "P-256" });
  return [
    selfSigned(rsa, der.sequence(der.oid("1.2.840.113549.1.1.11"), NULL)),
    selfSigned(ecdsa, der.sequence(der.oid("1.2.840.10045.4.3.2"))),
  ];
}

const generate = promisify(generateKeyPair);
const NULL = der.element(0x05);

const SUBJECT = [
  ["2.5.4.6", "US"],
  ["2.5.4.8", "California"],
  ["2.5.4.7", "San Francisco"],
  ["2.5.4.10", "Kong"],
  ["2.5.4.11", "IT Department"],
  ["2.5.4.3", "localhost"],
] as const;

/** A version 3 certificate without extensions (RFC 5280, section 4.1). */
function selfSigned(pair: { publicKey: KeyObject; privateKey: KeyObject }, algorithm: Buffer): CertifiedKey {
  const name = der.sequence(...SUBJECT.map(([id, text]) => der.set(der.sequence(der.oid(id), der.utf8String(text)))));
  const toBeSigned = der.sequence(
    der.element(0xa0, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(16)),
    algorithm,
    name,
    der.sequence(der.utcTime(new Date("2020-01-01")), der.utcTime(new Date("2049-12-31"))),
    name,
    pair.publicKey.export({ format: "der", type: "spki" }),
  );
  const certificate = der.sequence(toBeSigned, algorithm, der.bitString(sign("sha256", toBeSigned, pair.privateKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
    key: pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
