import { createPrivateKey } from "node:crypto";
import { derValue, pemBlock } from "./der.ts";

/** The numbers of an RSA key (RFC 8017, appendix A.1.2). */
export type RsaNumbers = Readonly<Record<(typeof names)[number], bigint>>;

const names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"] as const;

/** An RSA key (PEM) of which some numbers are others. */
export function forged(key: string, change: (numbers: RsaNumbers) => Partial<RsaNumbers>): string {
  const jwk = createPrivateKey(key).export({ format: "jwk" });
  const numberOf = (name: (typeof names)[number]): bigint =>
    BigInt(`0x${Buffer.from(jwk[name] ?? "", "base64url").toString("hex")}`);
  const numbers = Object.fromEntries(names.map((name) => [name, numberOf(name)])) as RsaNumbers;
  const now = { ...numbers, ...change(numbers) };
  return pemBlock("RSA PRIVATE KEY", derValue(0x30, ...[0n, ...names.map((name) => now[name])].map(integer)));
}

function integer(number: bigint): Buffer {
  const hex = number.toString(16);
  // One zero more in front, so that no number is a negative one.
  return derValue(0x02, Buffer.from(`00${hex.length % 2 === 0 ? "" : "0"}${hex}`.replace(/^00(?=[0-7])/, ""), "hex"));
}
