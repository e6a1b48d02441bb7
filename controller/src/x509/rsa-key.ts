import type { KeyObject } from "node:crypto";
import { PrivateKeyInfo } from "@peculiar/asn1-pkcs8";
import { RSAPrivateKey } from "@peculiar/asn1-rsa";
import { AsnConvert } from "@peculiar/asn1-schema";

/** Bits that one prime may have more than half of the modulus: who makes a key takes two of the same length. */
const mostUneven = 64;

/** Bits of the public exponent: OpenSSL takes no longer one from a client where the modulus is long. */
const longestExponent = 64;

/**
 * True if the numbers of an RSA key (RFC 8017, appendix A.1.2) belong together. OpenSSL does not look: it calculates with
 * primes that are none of the modulus, as long as that or longer, finds that the signature is wrong and begins anew. Then each
 * handshake takes a worker of the gateway seconds, in which it serves nobody.
 */
export function isSoundRsaKey(key: KeyObject): boolean {
  const { n, e, d, p, q, dp, dq, qInverse } = numbersOf(key);
  // Of a key of more primes two do not make the modulus.
  if (p * q !== n || d >= n || bits(e) > longestExponent) return false;
  if (Math.max(bits(p), bits(q)) > bits(n) / 2 + mostUneven) return false;
  const isInverse = (exponent: bigint, prime: bigint): boolean =>
    exponent === d % (prime - 1n) && (e * exponent) % (prime - 1n) === 1n;
  return isInverse(dp, p) && isInverse(dq, q) && qInverse < p && (qInverse * q) % p === 1n;
}

/** The numbers of the key, by the names of the RFC. What is read is what OpenSSL writes: Node has taken the key. */
function numbersOf(key: KeyObject): Readonly<Record<"n" | "e" | "d" | "p" | "q" | "dp" | "dq" | "qInverse", bigint>> {
  const { privateKey } = AsnConvert.parse(key.export({ format: "der", type: "pkcs8" }), PrivateKeyInfo);
  const rsa = AsnConvert.parse(privateKey, RSAPrivateKey);
  return {
    n: numberIn(rsa.modulus),
    e: numberIn(rsa.publicExponent),
    d: numberIn(rsa.privateExponent),
    p: numberIn(rsa.prime1),
    q: numberIn(rsa.prime2),
    dp: numberIn(rsa.exponent1),
    dq: numberIn(rsa.exponent2),
    qInverse: numberIn(rsa.coefficient),
  };
}

function numberIn(bytes: ArrayBuffer): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
}

function bits(number: bigint): number {
  return number.toString(2).length;
}
