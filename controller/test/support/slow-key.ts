import { derValue } from "./der.ts";

const algorithms = { DSA: "06072a8648ce380401", DH: "06092a864886f70d010301" } as const;

/**
 * A private key (PKCS #8, DER) for DSA or Diffie-Hellman, whose numbers have so many bytes: to read it, OpenSSL calculates the
 * public part, in a time that grows with the third power of the length.
 */
export function slowKey(algorithm: keyof typeof algorithms, bytes: number): Buffer {
  const number = integer(Buffer.alloc(bytes, 0x55));
  const order = algorithm === "DSA" ? [integer(Buffer.alloc(32, 0x55))] : [];
  const parameters = derValue(0x30, number, ...order, integer(Buffer.from([2])));
  const named = derValue(0x30, Buffer.from(algorithms[algorithm], "hex"), parameters);
  return derValue(0x30, integer(Buffer.from([0])), named, derValue(0x04, number));
}

function integer(content: Buffer): Buffer {
  return derValue(0x02, content);
}
