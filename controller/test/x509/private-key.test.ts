import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { privateKeyIn } from "../../src/x509/private-key.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";
import { pemBlock } from "../support/der.ts";
import { slowKey } from "../support/slow-key.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const explicit = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }).privateKey;
const ed25519 = generateKeyPairSync("ed25519").privateKey;
const ed448 = generateKeyPairSync("ed448").privateKey;

test.each([
  ["RSA", rsa, "pkcs8"],
  ["RSA, by its label", rsa, "pkcs1"],
  ["RSA for PSS alone", pss, "pkcs8"],
  ["ECDSA", ec, "pkcs8"],
  ["ECDSA, by its label", ec, "sec1"],
  ["ECDSA on a curve that is written out", explicit, "pkcs8"],
  ["Ed25519", ed25519, "pkcs8"],
  ["Ed448", ed448, "pkcs8"],
] as const)("a key for %s is read", (_what, key, type) => {
  const text = key.export({ format: "pem", type }).toString();
  expect(privateKeyIn(text)?.equals(key)).toBe(true);
  expect(privateKeyIn(`Bag Attributes\r\n${text.replaceAll("\n", "\r\n")}rubbish`)?.equals(key)).toBe(true);
});

test("the parameters of a curve, as OpenSSL writes them before its key, are passed over", () => {
  const text = ec.export({ format: "pem", type: "sec1" }).toString();
  expect(
    privateKeyIn(`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${text}`),
  ).toBeDefined();
});

test("a key in which a version of later (RFC 5958) has the public part beside it is read", () => {
  const der = Buffer.from(
    "3051020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842812100" +
      "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1",
    "hex",
  );
  expect(privateKeyIn(pemBlock("PRIVATE KEY", der))?.asymmetricKeyType).toBe("ed25519");
});

test.each([
  ["DSA", "PRIVATE KEY"],
  ["DH", "PRIVATE KEY"],
  ["DSA", "RSA PRIVATE KEY"],
  ["DSA", "EC PRIVATE KEY"],
] as const)("X2: a key for %s as a %s is not read: OpenSSL would calculate for half a minute", (algorithm, label) => {
  const text = pemBlock(label, slowKey(algorithm, 1_200));
  expect(cpuMilliseconds(() => expect(privateKeyIn(text)).toBeUndefined())).toBeLessThan(100);
});

test.each([["ml-dsa-65"], ["x25519"]] as const)(
  "a key for %s, which no certificate for TLS has, is not read",
  (kind) => {
    const key = generateKeyPairSync(kind as "x25519").privateKey;
    expect(privateKeyIn(key.export({ format: "pem", type: "pkcs8" }).toString())).toBeUndefined();
  },
);
