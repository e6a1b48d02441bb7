/**
 * Bytes of all object identifiers that a library may read: it makes an object of each number in one, some 5 µs each, and bounds only
 * how many values there are. A certificate has some 200, and what looks like one where a signature or the like stands.
 */
export const mostIdentifiers = 4 * 1024;

/** Levels that are looked into: libraries read no more. */
const deepest = 32;

const [bits, octets] = [0x03, 0x04];

/** An identifier, a relative one, and one as a name (registeredID). */
const identifiers = new Set([0x06, 0x0d, 0x88]);

/**
 * Bytes of the object identifiers in DER (X.690): also in strings of octets and of bits, since extensions are in such, and libraries
 * look whether a signature is DER, too. Where it can't be told, all that is there counts.
 */
export function identifierBytes(der: Uint8Array): number {
  return bytesIn(der, deepest);
}

function bytesIn(der: Uint8Array, levels: number): number {
  let bytes = 0;
  for (let at = 0; at < der.length;) {
    const { tag, content, end } = valueAt(der, at);
    const isInside = (tag & 0x20) !== 0 || tag === octets || tag === bits;
    if (identifiers.has(tag) || isOfManyBytes(tag)) bytes += content.length;
    // The first octet of a string of bits says how many of the last one are none.
    else if (isInside)
      bytes += levels === 0 ? content.length : bytesIn(content.subarray(tag === bits ? 1 : 0), levels - 1);
    at = end;
  }
  return bytes;
}

function valueAt(
  der: Uint8Array,
  at: number,
): { readonly tag: number; readonly content: Uint8Array; readonly end: number } {
  const tag = der[at] ?? 0;
  if (isOfManyBytes(tag)) return { tag, content: der.subarray(at + 1), end: der.length };
  const first = der[at + 1] ?? 0;
  const longForm = first > 0x80 ? first - 0x80 : 0;
  const from = at + 2 + longForm;
  const length = longForm === 0 ? first : der.subarray(at + 2, from).reduce((all, byte) => all * 256 + byte, 0);
  // Without a length it goes on to the end of what it stands in.
  const end = first === 0x80 ? der.length : Math.min(from + length, der.length);
  return { tag, content: der.subarray(from, end), end };
}

/** True for a tag that goes on: no library of ours knows any. */
function isOfManyBytes(tag: number): boolean {
  return (tag & 0x1f) === 0x1f;
}
