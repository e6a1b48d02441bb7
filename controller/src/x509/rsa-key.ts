import type { KeyObject } from "node:crypto";

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
  const numbers = numbersOf(key);
  const [, n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qInverse = 0n] = numbers;
  // Of a key of three primes and more OpenSSL writes more than these.
  if (numbers.length !== 9 || p * q !== n || d >= n || bits(e) > longestExponent) return false;
  if (Math.max(bits(p), bits(q)) > bits(n) / 2 + mostUneven) return false;
  const isInverse = (exponent: bigint, prime: bigint): boolean =>
    exponent === d % (prime - 1n) && (e * exponent) % (prime - 1n) === 1n;
  return isInverse(dp, p) && isInverse(dq, q) && qInverse < p && (qInverse * q) % p === 1n;
}

/** The numbers of the key, in their order; the parts of what follows them are as good as numbers. */
function numbersOf(key: KeyObject): readonly bigint[] {
  // PKCS #8: a version, the algorithm, and in an octet string the key as PKCS #1 has it.
  const [info = nothing] = valuesIn(key.export({ format: "der", type: "pkcs8" }));
  const [, , octets = nothing] = valuesIn(info);
  const [rsa = nothing] = valuesIn(octets);
  return valuesIn(rsa).map((value) => BigInt(`0x0${value.toString("hex")}`));
}

const nothing = Buffer.alloc(0);

/** The values that stand one after the other, as OpenSSL writes them: DER (X.690, section 8.1), whose tags have one byte. */
function valuesIn(der: Buffer): readonly Buffer[] {
  const values: Buffer[] = [];
  for (let at = 0; at < der.length;) {
    const short = der.readUInt8(at + 1);
    const more = short < 0x80 ? 0 : short - 0x80;
    const begin = at + 2 + more;
    const end = begin + (more === 0 ? short : der.readUIntBE(at + 2, more));
    values.push(der.subarray(begin, end));
    at = end;
  }
  return values;
}

function bits(number: bigint): number {
  return number.toString(2).length;
}
