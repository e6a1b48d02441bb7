import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readKeyPair, servedPem } from "../../src/x509/key-pair.ts";
import type { PemPair } from "../../src/x509/key-pair.ts";
import { forged } from "../support/forged-key.ts";
import { pairFor, rsa } from "../support/pki.ts";
import { cpuMilliseconds } from "../support/cpu-time.ts";

const pair = await pairFor(["acme.org", "*.Acme.org"]);
const other = await pairFor(["acme.org"]);

/** What is wrong with the pair. */
const problem = (wrong: PemPair): string => {
  const reading = readKeyPair(wrong);
  return reading.ok ? "nothing" : `${reading.problem.kind}: ${reading.problem.detail}`;
};

test("a pair is known by its names, its dates and hashes, and by nothing else of it", () => {
  const reading = readKeyPair(pair);
  expect(reading).toEqual({
    ok: true,
    pair: {
      certHash: expect.stringMatching(/^hash:[0-9a-f]{64}$/),
      keyHash: expect.stringMatching(/^hash:[0-9a-f]{64}$/),
      leaf: createHash("sha256").update(new X509Certificate(pair.cert).raw).digest("hex"),
      names: ["acme.org", "*.acme.org"],
      notBefore: Date.parse("2026-01-01T00:00:00Z"),
      notAfter: Date.parse("2030-01-01T00:00:00Z"),
    },
  });
  expect(readKeyPair(pair)).toEqual(reading);
});

test("a name that can be no host is left out: it would be repeated to whoever asks what is wrong", async () => {
  const reading = readKeyPair(await pairFor(["acme.org", "\u001b[31mred", "a b", "x".repeat(300), "f*.acme.org"]));
  expect(reading.ok && reading.pair.names).toEqual(["acme.org"]);
});

test("RSA, a key in PKCS #1 and a chain are pairs, too", async () => {
  expect(problem(await pairFor(["acme.org"], { algorithm: rsa(2048) }))).toBe("nothing");
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { format: "pem", type: "pkcs1" },
    publicKeyEncoding: { format: "pem", type: "spki" },
  });
  expect(problem({ cert: pair.cert, key: privateKey })).toMatch(/does not belong/);
  expect(problem({ cert: pair.cert + other.cert, key: pair.key })).toBe("nothing");
});

test.each(["P-384", "P-521", "Ed25519"] as const)(
  "a key on %s is one that Kong and its clients can do",
  async (curve) => {
    const algorithm = curve === "Ed25519" ? { name: curve } : { name: "ECDSA" as const, namedCurve: curve };
    expect(problem(await pairFor(["acme.org"], { algorithm }))).toBe("nothing");
  },
);

test("of two keys in one Secret the first has to be the certificate's, and the gateway gets no other", () => {
  const both = { cert: pair.cert, key: pair.key + other.key };
  expect(readKeyPair(both)).toEqual(readKeyPair(pair));
  expect(servedPem(both)).toEqual(servedPem(pair));
  expect(problem({ cert: pair.cert, key: other.key + pair.key })).toMatch(/does not belong/);
});

test.each<[string, readonly string[], readonly string[]]>([
  ["no name but the subject's, which no browser looks at (RFC 6125, section 6.4.4)", [], []],
  ["an A-label in capitals", ["XN--BCHER-KVA.example"], ["xn--bcher-kva.example"]],
  ["a U-label, which is no DNS name of a certificate (RFC 5280, section 7.2)", ["b\u00fccher.example"], []],
  ["a name that goes on after a zero", ["acme.org\0.evil.example"], []],
  ["two stars", ["*.*.acme.org", "*"], []],
])("of a certificate with %s the names are what clients take them for", async (_what, given, read) => {
  const reading = readKeyPair(await pairFor(given, { subject: "CN=acme.org" }));
  expect(reading.ok && reading.pair.names).toEqual(read);
});

test("what stands around the certificates is not served with them", () => {
  const wrapped = { cert: `subject: x\r\n${pair.cert}rubbish\n${other.cert}more`, key: pair.key };
  expect(servedPem(wrapped)).toEqual({ cert: pair.cert + other.cert, key: pair.key });
});

test("what stands around the key is not served with it: Kong would look for a secret of its own in its place", () => {
  const wrapped = { cert: pair.cert, key: `{vault://env/kong-pg-password\n${pair.key}}` };
  expect(problem(wrapped)).toBe("nothing");
  expect(readKeyPair(wrapped)).toEqual(readKeyPair(pair));
  expect(servedPem(wrapped)).toEqual(servedPem(pair));
});

test.each<[string, () => PemPair | Promise<PemPair>, RegExp]>([
  ["nothing", () => ({ cert: "", key: "" }), /^invalid: has no certificate in tls\.crt/],
  ["no PEM", () => ({ cert: "AAAA", key: pair.key }), /^invalid: has no certificate/],
  ["a block that is no certificate", () => ({ cert: block("AAAA"), key: pair.key }), /can't be read \(number 1\)/],
  ["a broken chain", () => ({ cert: pair.cert + block("AAAA"), key: pair.key }), /can't be read \(number 2\)/],
  ["the key in place of the certificate", () => ({ cert: pair.key, key: pair.cert }), /has no certificate/],
  ["no key", () => ({ cert: pair.cert, key: "" }), /has no private key in tls\.key/],
  ["a key behind a password", () => ({ cert: pair.cert, key: encryptedKey() }), /without a password/],
  ["another key", () => ({ cert: pair.cert, key: other.key }), /does not belong to its first certificate/],
  ["the leaf behind its issuer", () => ({ cert: other.cert + pair.cert, key: pair.key }), /has to be the leaf/],
  ["a short RSA key", () => pairFor(["a.org"], { algorithm: rsa(1024) }), /^weak: has an RSA key of 1024 bits/],
  [
    "a long RSA key",
    () => ({ cert: stored("long-rsa.crt"), key: stored("long-rsa.key") }),
    /^weak: has an RSA key of 4160 bits/,
  ],
  [
    "an RSA key with primes that are none of its own",
    async () => {
      const sound = await pairFor(["a.org"], { algorithm: rsa(2048) });
      const prime = 2n ** 2_047n + 1n;
      return { ...sound, key: forged(sound.key, () => ({ p: prime, q: prime, dp: prime - 2n, dq: prime - 2n })) };
    },
    /^invalid: has an RSA key in tls\.key whose numbers don't belong together/,
  ],
  [
    "an odd curve",
    () => ({ cert: stored("odd-curve.crt"), key: stored("odd-curve.key") }),
    /^weak: has a key on the curve secp256k1/,
  ],
  ["SHA-1", () => pairFor(["a.org"], { algorithm: rsa(2048, "SHA-1") }), /^weak: .*broken signature algorithm/],
  ["MD5", () => ({ cert: stored("md5.crt"), key: stored("md5.key") }), /^weak: .*broken signature algorithm/],
  ["a megabyte", () => ({ cert: "A".repeat(1024 * 1024), key: pair.key }), /more than 64 KiB in tls\.crt/],
  ["a large key", () => ({ cert: pair.cert, key: pair.key.repeat(200) }), /more than 16 KiB in tls\.key/],
  ["thousands of blocks", () => ({ cert: block("").repeat(1_000), key: pair.key }), /more than 10 certificates/],
  ["a hundred intermediates", () => ({ cert: pair.cert + other.cert.repeat(100), key: pair.key }), /more than 10 cert/],
  ["very many names", () => pairFor(names(501)), /for more than 500 names/],
])("%s is a problem, and the sentence says which", async (_what, make, said) => {
  expect(problem(await make())).toMatch(said);
});

test(
  "a certificate of a hundred kilobytes, and one that nests without end, take no time",
  { tags: "long" },
  async () => {
    const large = await pairFor(names(3_500));
    expect(large.cert.length).toBeGreaterThan(64 * 1024);
    const nested = block(
      Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80))).toString("base64"),
    );
    const tiny = await pairFor(Array.from({ length: 5_000 }, () => "a"));
    expect(tiny.cert.length).toBeLessThan(64 * 1024);
    for (const cert of [large.cert, nested, tiny.cert]) {
      const took = cpuMilliseconds(() =>
        expect(problem({ cert, key: cert === tiny.cert ? tiny.key : large.key })).toMatch(/^invalid/),
      );
      expect(took).toBeLessThan(200);
    }
  },
);

test("nothing that is said of a pair has a part of it", () => {
  const marked = {
    cert: block("U0VDUkVULUNFUlQ="),
    key: "-----BEGIN PRIVATE KEY-----\nU0VDUkVULUtFWQ==\n-----END PRIVATE KEY-----\n",
  };
  for (const wrong of [marked, { cert: pair.cert, key: marked.key }, { cert: marked.cert, key: pair.key }])
    expect(JSON.stringify(readKeyPair(wrong))).not.toMatch(/U0VDUkVU|SECRET/);
});

function stored(name: string): string {
  return readFileSync(join(import.meta.dirname, "pem", name), "utf8");
}

function block(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `n${String(i)}.example`);
}

function encryptedKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" },
    publicKeyEncoding: { format: "pem", type: "spki" },
  }).privateKey;
}
