import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { expect, test } from "vitest";
import { readCertificateRequest } from "../../src/x509/certificate-request.ts";
import { readKeyPair } from "../../src/x509/key-pair.ts";
import { identifierBytes } from "../../src/x509/object-identifiers.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";
import { derValue, pemBlock } from "../support/der.ts";
import { pairFor, requestFor } from "../support/pki.ts";

const identifier = (bytes: number): Buffer => derValue(0x06, Buffer.alloc(bytes, 0x01));

test.each<[string, Buffer, number]>([
  ["nothing", Buffer.alloc(0), 0],
  ["one alone", identifier(9), 9],
  ["some in sequences and sets", derValue(0x30, identifier(3), derValue(0x31, identifier(300))), 303],
  ["one in an octet string, as in an extension", derValue(0x04, derValue(0x30, identifier(200))), 200],
  ["one in a string of bits, as a signature is", derValue(0x03, Buffer.alloc(1), derValue(0x30, identifier(200))), 200],
  ["a relative one", derValue(0x30, derValue(0x0d, Buffer.alloc(60))), 60],
  ["one as a name", derValue(0x30, derValue(0x88, Buffer.alloc(70))), 70],
  ["one behind texts", derValue(0x30, derValue(0x0c, identifier(50)), identifier(4)), 4],
  [
    "one with a length that is longer than need be",
    Buffer.concat([Buffer.from("0682000a", "hex"), Buffer.alloc(10)]),
    10,
  ],
  ["one that is longer than all there is", Buffer.from("06840fffffff0101", "hex"), 2],
  ["a sequence without length", Buffer.concat([Buffer.from("3080", "hex"), identifier(8), Buffer.alloc(2)]), 8],
  ["a tag of many bytes, after which nothing is known", derValue(0x30, Buffer.from("bf810106020101", "hex")), 6],
  ["a tag alone", Buffer.from("06", "hex"), 0],
])("the bytes of object identifiers in %s", (_what, der, bytes) => {
  expect(identifierBytes(der)).toBe(bytes);
});

test("what nests deeper than it is looked into counts as such", () => {
  let der = derValue(0x0c, Buffer.alloc(100));
  for (let i = 0; i < 40; i++) der = derValue(0x30, der);
  expect(identifierBytes(der)).toBeGreaterThan(100);
});

test("a certificate has few of them", async () => {
  const { cert } = await pairFor(["acme.org", "*.acme.org"]);
  expect(identifierBytes(new X509Certificate(cert).raw)).toBeLessThan(200);
});

const usage = (...identifiers: readonly Buffer[]): x509.Extension =>
  new x509.Extension("2.5.29.37", false, derValue(0x30, ...identifiers));

test.each<[string, x509.Extension]>([
  ["one of twenty kilobytes", usage(identifier(20_000))],
  ["hundreds", usage(...Array.from({ length: 300 }, () => identifier(70)))],
])(
  "X2: object identifiers, %s, keep nobody busy: such a certificate or request is refused",
  async (_what, extension) => {
    const pair = await pairFor(["acme.org"], { extensions: [extension] });
    const request = await requestFor(["acme.org"], { extensions: [extension] });
    const took = cpuMilliseconds(() => {
      expect(readKeyPair(pair)).toMatchObject({ problem: { detail: expect.stringContaining("object identifiers") } });
      expect(readCertificateRequest(request)).toMatchObject({ detail: expect.stringContaining("object identifiers") });
    });
    expect(took).toBeLessThan(60);
  },
);

test("X2: nor do they as the signature of a certificate or a request, which nobody verifies", async () => {
  const pair = await pairFor(["acme.org"]);
  const cert = pemBlock("CERTIFICATE", signedBy(identifier(20_000), new X509Certificate(pair.cert).raw));
  const der = Buffer.from((await requestFor(["acme.org"])).replace(/-----.*-----/g, ""), "base64");
  const request = pemBlock("CERTIFICATE REQUEST", signedBy(identifier(20_000), der));
  const took = cpuMilliseconds(() => {
    const problem = { detail: expect.stringContaining("object identifiers") };
    expect(readKeyPair({ ...pair, cert })).toMatchObject({ problem });
    expect(readCertificateRequest(request)).toMatchObject(problem);
  });
  expect(took).toBeLessThan(60);
});

/** What is signed, DER of three parts, with something else for its signature. */
function signedBy(signature: Buffer, der: Buffer): Buffer {
  const parts = der.subarray(headOf(der));
  const signed = parts.subarray(0, headOf(parts) + lengthOf(parts));
  const algorithm = parts.subarray(signed.length);
  const named = algorithm.subarray(0, headOf(algorithm) + lengthOf(algorithm));
  return derValue(0x30, signed, named, derValue(0x03, Buffer.alloc(1), derValue(0x30, signature)));
}

/** Bytes of tag and length. */
function headOf(der: Buffer): number {
  return 2 + Math.max(0, der.readUInt8(1) - 0x80);
}

function lengthOf(der: Buffer): number {
  const bytes = headOf(der) - 2;
  return bytes === 0 ? der.readUInt8(1) : der.readUIntBE(2, bytes);
}
