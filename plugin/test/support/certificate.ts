import { createSign, generateKeyPairSync } from "node:crypto";

/** A key and a certificate for it, PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate (RFC 5280) for `name`, also good as its own authority and for the given names and 127.0.0.1. */
export function selfSigned(name: string, dnsNames: readonly string[] = []): Identity {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = seq(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const subject = seq(set(seq(oid(0x55, 0x04, 0x03), tlv(0x0c, Buffer.from(name)))));
  const names = [...dnsNames.map((dns) => tlv(0x82, Buffer.from(dns))), tlv(0x87, Buffer.from([127, 0, 0, 1]))];
  const alternative = seq(oid(0x55, 0x1d, 0x11), tlv(0x04, seq(...names)));
  const authority = seq(
    oid(0x55, 0x1d, 0x13),
    tlv(0x01, Buffer.from([0xff])),
    tlv(0x04, seq(tlv(0x01, Buffer.from([0xff])))),
  );
  const body = seq(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1])),
    algorithm,
    subject,
    seq(tlv(0x17, Buffer.from("250101000000Z")), tlv(0x17, Buffer.from("450101000000Z"))),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, seq(authority, alternative)),
  );
  const signature = createSign("SHA256").update(body).sign(privateKey);
  const der = seq(body, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function seq(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return tlv(0x31, Buffer.concat(parts));
}

function oid(...bytes: readonly number[]): Buffer {
  return tlv(0x06, Buffer.from(bytes));
}
