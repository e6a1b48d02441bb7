import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** The first key that is not behind a password. */
const keyBlock = /-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----/;

/** RSA, RSA for PSS alone, ECDSA, Ed25519 and Ed448, as DER in hex. */
const algorithms = [
  "06092a864886f70d010101",
  "06092a864886f70d01010a",
  "06072a8648ce3d0201",
  "06032b6570",
  "06032b6571",
];

/** How a sequence begins, as DER in hex. */
const sequence = "30(?:[0-7].|81..|82....)";

/** What a block of PEM has by its label, and how it begins: OpenSSL itself takes one for another, whatever the label says. */
const formats = {
  // RFC 5958: a version, and the algorithm.
  "PRIVATE KEY": { type: "pkcs8", begins: `02010[01]${sequence}(?:${algorithms.join("|")})` },
  // RFC 8017, appendix A.1.2: a version, and the modulus.
  "RSA PRIVATE KEY": { type: "pkcs1", begins: "020100" + "02" },
  // RFC 5915: a version, and the key's octets.
  "EC PRIVATE KEY": { type: "sec1", begins: "020101" + "04" },
} as const;

/**
 * The first private key of a text, PEM; undefined: there is none that can be read without a password, or it is of a kind that no
 * certificate for TLS has. Such a one is not given to OpenSSL at all, which calculates the public part of a key for DSA or
 * Diffie-Hellman, however long the numbers are: with those that 16 KiB have room for that takes half a minute, in which
 * nothing else is done.
 */
export function privateKeyIn(pem: string): KeyObject | undefined {
  const [, label, base64 = ""] = keyBlock.exec(pem) ?? [];
  if (label === undefined) return undefined;
  const key = Buffer.from(base64, "base64");
  const { begins, type } = formats[label as keyof typeof formats];
  if (!new RegExp(`^${sequence}${begins}`).test(key.toString("hex"))) return undefined;
  try {
    return createPrivateKey({ key, format: "der", type });
  } catch {
    return undefined;
  }
}
