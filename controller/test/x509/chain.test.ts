import "reflect-metadata";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import { readKeyPair } from "../../src/x509/key-pair.ts";
import { derValue } from "../support/der.ts";
import { pairFor, rsa } from "../support/pki.ts";

const pair = await pairFor(["acme.org"]);

/** What is wrong with the pair where this stands above its leaf. */
function problem(...above: readonly string[]): string {
  const reading = readKeyPair({ ...pair, cert: [pair.cert, ...above].join("\n") });
  return reading.ok ? "nothing" : `${reading.problem.kind}: ${reading.problem.detail}`;
}

/** A certificate of an authority; nobody looks whose signature it has. */
async function authority(
  more: { readonly spki?: Buffer; readonly extensions?: readonly x509.Extension[] } = {},
): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=authority",
    issuer: "CN=authority",
    publicKey: more.spki === undefined ? keys.publicKey : new x509.PublicKey(more.spki),
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2030-01-01T00:00:00Z"),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), ...(more.extensions ?? [])],
  });
  return certificate.toString("pem");
}

/** The public key (SPKI) of an RSA key with such an exponent. */
function rsaWithExponent(exponent: Buffer): Buffer {
  const algorithm = derValue(0x30, Buffer.from("06092a864886f70d010101", "hex"), derValue(0x05));
  const key = derValue(0x30, derValue(0x02, Buffer.alloc(256, 0x55)), derValue(0x02, exponent));
  return derValue(0x30, algorithm, derValue(0x03, Buffer.from([0]), key));
}

/** Name constraints of so many bytes and some. */
function constraints(bytes: number): x509.Extension {
  const one = derValue(0x30, Buffer.from("820161", "hex"));
  const excluded = derValue(0xa1, Buffer.concat(Array.from({ length: bytes / one.length }, () => one)));
  return new x509.Extension("2.5.29.30", true, derValue(0x30, excluded));
}

test("what authorities have is served: RSA, the curves that clients can do, a few names and name constraints", async () => {
  const above = await Promise.all([
    authority(),
    authority({ extensions: [constraints(500)] }),
    authority({ spki: rsaWithExponent(Buffer.from("010001", "hex")) }),
    pairFor(["acme.org"], { algorithm: rsa(2048) }).then(({ cert }) => cert),
    pairFor(["acme.org"], { algorithm: { name: "ECDSA", namedCurve: "P-521" } }).then(({ cert }) => cert),
    pairFor(["acme.org"], { algorithm: { name: "Ed25519" } }).then(({ cert }) => cert),
  ]);
  expect(problem(...above)).toBe("nothing");
});

test.each<[string, () => Promise<string>, RegExp]>([
  [
    "a key on a curve that clients can't do",
    () => Promise.resolve(readFileSync(join(import.meta.dirname, "pem", "odd-curve.crt"), "utf8")),
    /^invalid: has a certificate in tls\.crt \(number 3\) with a key that clients can't do/,
  ],
  [
    "an RSA key with a long public exponent",
    () => authority({ spki: rsaWithExponent(Buffer.alloc(255, 0x55)) }),
    /\(number 3\) with a key that clients can't do; RSA with a short exponent/,
  ],
  [
    "a key that can't be read",
    () =>
      authority({
        spki: derValue(0x30, derValue(0x30, Buffer.from("06022a03", "hex")), derValue(0x03, Buffer.alloc(9))),
      }),
    /\(number 3\) with a key that clients can't do/,
  ],
  [
    "names by the dozen",
    async () => (await pairFor(Array.from({ length: 11 }, (_, i) => `n${String(i)}.example`))).cert,
    /\(number 3\) above the leaf that has more than 10 names/,
  ],
  [
    "name constraints by the thousand",
    () => authority({ extensions: [constraints(4_000)] }),
    /name constraints in tls\.crt that have more than 4 KiB/,
  ],
])("X2: an authority with %s would keep us busy in handshakes, and is a problem", async (_what, make, said) => {
  expect(problem(await authority(), await make())).toMatch(said);
});

test("X2: the name constraints of all authorities count together", async () => {
  const one = await authority({ extensions: [constraints(1_500)] });
  expect(problem(one)).toBe("nothing");
  expect(problem(one, one, one)).toMatch(/name constraints/);
});
