import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ChallengePasswordAttribute,
  ExtendedKeyUsageExtension,
  Extension,
  ExtensionsAttribute,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
} from "@peculiar/x509";
import { expect, test } from "vitest";
import { readCertificateRequest } from "../../src/x509/certificate-request.ts";
import { requestFor } from "../support/pki.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const names = (...values: readonly string[]): SubjectAlternativeNameExtension =>
  new SubjectAlternativeNameExtension(values.map((value) => ({ type: "dns", value }) as const));
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${String(i)}.acme.org`);
const good = await requestFor(["acme.org"]);

test.each<[string, () => Promise<string>, readonly string[]]>([
  ["one host", () => requestFor(["acme.org"]), ["acme.org"]],
  [
    "a wildcard and an A-label",
    () => requestFor(["*.acme.org", "xn--bcher-kva.org"]),
    ["*.acme.org", "xn--bcher-kva.org"],
  ],
  ["a common name that is a host of it", () => requestFor(["acme.org"], { name: "CN=acme.org" }), ["acme.org"]],
  ["a host twice", () => requestFor(["acme.org", "acme.org"]), ["acme.org"]],
  ["as many hosts as a certificate may have", () => requestFor(many(100)), many(100)],
  [
    "the usages of a server",
    () =>
      requestFor(["acme.org"], {
        extensions: [
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1"]),
          new BasicConstraintsExtension(false),
        ],
      }),
    ["acme.org"],
  ],
])("%s is read", async (_what, make, hosts) => {
  expect(readCertificateRequest(await make())).toEqual({ ok: true, hosts });
});

test.each<[string, () => string | Promise<string>, RegExp]>([
  ["an address", () => requestFor([{ type: "ip", value: "192.0.2.1" }]), /NotOnlyHosts: .*kind ip/],
  ["an e-mail address", () => requestFor([{ type: "email", value: "a@acme.org" }]), /NotOnlyHosts: .*kind email/],
  ["a URI", () => requestFor(["acme.org", { type: "url", value: "https://x.org" }]), /NotOnlyHosts: .*kind url/],
  ["a user's name", () => requestFor([{ type: "upn", value: "admin@acme.org" }]), /NotOnlyHosts: .*kind upn/],
  ["no name", () => requestFor([]), /NotOnlyHosts: names no host/],
  ["an empty list of names", () => requestFor([], { extensions: [names()] }), /NotOnlyHosts: names no host/],
  ["another common name", () => requestFor(["acme.org"], { name: "CN=other.org" }), /NotOnlyHosts: .*common name/],
  [
    "two common names, the last of them another's",
    () => requestFor(["acme.org"], { name: "CN=acme.org, CN=other.org" }),
    /NotOnlyHosts: .*common name/,
  ],
  ["an organization", () => requestFor(["acme.org"], { name: "O=system:masters" }), /NotOnlyHosts: .*subject/],
  [
    "a certificate authority",
    () => requestFor(["acme.org"], { extensions: [new BasicConstraintsExtension(true)] }),
    /NotOnlyHosts: .*sign other certificates/,
  ],
  [
    "an extension that nobody here knows",
    () => requestFor(["acme.org"], { extensions: [new Extension("1.2.3.4", false, new Uint8Array([5, 0]))] }),
    /NotOnlyHosts: .*1\.2\.3\.4/,
  ],
  ["names twice", () => requestFor(["acme.org"], { extensions: [names("other.org")] }), /RequestInvalid: .*twice/],
  [
    "a second list of extensions",
    () => requestFor(["acme.org"], { attributes: [new ExtensionsAttribute([names("other.org")])] }),
    /NotOnlyHosts: .*attributes/,
  ],
  [
    "another attribute",
    () => requestFor(["acme.org"], { attributes: [new ChallengePasswordAttribute("x")] }),
    /NotOnlyHosts: .*attributes/,
  ],
  ["upper case", () => requestFor(["ACME.org"]), /RequestInvalid: names ACME\.org, .* acme\.org/],
  ["a dot at the end", () => requestFor(["acme.org."]), /RequestInvalid: names acme\.org\., .* acme\.org/],
  ["a U-label", () => requestFor(["b\u00fccher.org"]), /RequestInvalid: names/],
  ["a label", () => requestFor(["localhost"]), /RequestInvalid: .*single label/],
  ["an address as a DNS name", () => requestFor(["192.0.2.1"]), /RequestInvalid: .*IP address/],
  ["a NUL in a name", () => requestFor(["acme.org\0.other.org"]), /RequestInvalid: names/],
  ["one name too many", () => requestFor(many(101)), /RequestInvalid: is for more than 100 names/],
  ["two blocks", async () => good + (await requestFor(["other.org"])), /RequestInvalid: is not one PEM block/],
  ["text before the block", () => `# mine\n${good}`, /RequestInvalid: is not one PEM block/],
  [
    "another block",
    () => good.replaceAll("CERTIFICATE REQUEST", "CERTIFICATE"),
    /RequestInvalid: is not one PEM block/,
  ],
  ["a header in the block", () => good.replace("\n", "\nA: b\n\n"), /RequestInvalid: is not one PEM block/],
  ["a half of it", () => block(Buffer.from(bodyOf(good), "base64").subarray(0, 100)), /RequestInvalid: can't be read/],
  ["nothing", () => "", /RequestInvalid: is not one PEM block/],
])("%s is refused, and the sentence says why", async (_what, make, said) => {
  const reading = readCertificateRequest(await make());
  expect(reading.ok ? "read" : `${reading.reason}: ${reading.detail}`).toMatch(said);
});

test("ten thousand names, thousands of short ones, and what nests without end, take no time", async () => {
  const nested = block(Buffer.from("3080".repeat(9_000), "hex"));
  const crowded = (count: number, name: string): Promise<string> =>
    requestFor([], { extensions: [new Extension("2.5.29.17", false, sequence(dnsName(name).repeat(count)))] });
  for (const request of [await crowded(10_000, "n.acme.org"), await crowded(6_000, "a"), nested]) {
    const took = cpuMilliseconds(() =>
      expect(readCertificateRequest(request)).toMatchObject({ ok: false, reason: "RequestInvalid" }),
    );
    expect(took).toBeLessThan(200);
  }
});

/** A dNSName of a GeneralName (RFC 5280, section 4.2.1.6), DER, each octet a character. */
function dnsName(name: string): string {
  return `\x82${String.fromCharCode(name.length)}${name}`;
}

/** A SEQUENCE of this content, of less than 16 MiB. */
function sequence(content: string): Buffer {
  const length = content.length;
  return Buffer.from([
    0x30,
    0x83,
    length >> 16,
    (length >> 8) & 0xff,
    length & 0xff,
    ...Buffer.from(content, "latin1"),
  ]);
}

function bodyOf(pem: string): string {
  return pem.split("\n").slice(1, -2).join("");
}

function block(der: Buffer): string {
  const body = der.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`;
}
