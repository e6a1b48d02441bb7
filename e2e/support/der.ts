/** One DER element: a tag byte, the length in its shortest form, and the content (ITU-T X.690, section 8). */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body), body]);
}

/** A SEQUENCE of elements. */
export function sequence(...content: readonly Uint8Array[]): Buffer {
  return element(0x30, ...content);
}

/** A SET of elements (with a single member, so that no order is needed). */
export function set(content: Uint8Array): Buffer {
  return element(0x31, content);
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A non-negative INTEGER from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  // A leading bit would mean "negative", a leading zero is allowed only to prevent that.
  const digits = Buffer.from(bytes);
  const start = digits.findIndex((byte) => byte !== 0);
  const shortest = start < 0 ? Buffer.from([0]) : digits.subarray(start);
  return element(0x02, (shortest[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), shortest]) : shortest);
}

/** A BIT STRING with `unused` bits at its end that do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.from([unused]), bytes);
}

/** An OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return element(0x04, bytes);
}

/** A UTF8String. */
export function utf8String(text: string): Buffer {
  return element(0x0c, Buffer.from(text, "utf8"));
}

/** A UTCTime to the second; only for the years 1950 to 2049, which is what RFC 5280 wants it for. */
export function utcTime(time: Date): Buffer {
  const digits = time.toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`, "ascii"));
}

/** BOOLEAN TRUE. */
export const TRUE = element(0x01, Buffer.from([0xff]));

function lengthOf(body: Uint8Array): Buffer {
  if (body.length < 0x80) return Buffer.from([body.length]);
  const hex = body.length.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
