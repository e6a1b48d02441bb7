import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { isSoundRsaKey } from "../../src/x509/rsa-key.ts";
import { forged } from "../support/forged-key.ts";
import type { RsaNumbers } from "../support/forged-key.ts";

const sound = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pem = sound.export({ format: "pem", type: "pkcs8" }).toString();
const isSound = (change: (numbers: RsaNumbers) => Partial<RsaNumbers>): boolean =>
  isSoundRsaKey(createPrivateKey(forged(pem, change)));

test("a key as it was made is sound, also one for PSS", () => {
  expect(isSoundRsaKey(sound)).toBe(true);
  expect(isSound(() => ({}))).toBe(true);
  const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048, hashAlgorithm: "sha256" });
  expect(isSoundRsaKey(pss.privateKey)).toBe(true);
});

const long = 2n ** 2_047n + 1n;
let others: RsaNumbers | undefined;
const another = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
forged(another.export({ format: "pem", type: "pkcs8" }).toString(), (numbers) => (others = numbers));

test.each<[string, (numbers: RsaNumbers) => Partial<RsaNumbers>]>([
  ["the primes of another key", ({ n }) => ({ ...others, n })],
  ["primes as long as the modulus", () => ({ p: long, q: long + 2n, dp: long - 4n, dq: long - 2n })],
  ["a prime of thousands of bits", () => ({ p: 2n ** 16_384n + 1n, dp: 2n ** 16_383n + 1n })],
  ["one prime that is all of the modulus", ({ n }) => ({ p: n, q: 1n })],
  ["a short prime and a long one", ({ n, d }) => ({ n: 3n * n, p: n, q: 3n, dp: d % (n - 1n), dq: d % 2n, qi: 1n })],
  ["no primes", () => ({ p: 0n, q: 0n, dp: 0n, dq: 0n, qi: 0n })],
  ["an exponent that is another", ({ dp }) => ({ dp: dp + 2n })],
  ["an exponent that is longer than its prime", ({ dq, q }) => ({ dq: dq + 2n ** 64n * (q - 1n) })],
  ["a coefficient that is another", ({ qi }) => ({ qi: qi + 1n })],
  ["a coefficient that is longer than its prime", ({ qi, p }) => ({ qi: qi + p })],
  ["a long private exponent", ({ d, p, q }) => ({ d: d + 2n ** 2_048n * (p - 1n) * (q - 1n) })],
  ["a long public exponent", ({ e, p, q }) => ({ e: e + (p - 1n) * (q - 1n) })],
  ["another public exponent", () => ({ e: 3n })],
])("one with %s is not: handshakes would take the gateway seconds", (_what, change) => {
  expect(isSound(change)).toBe(false);
});
