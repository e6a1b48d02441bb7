/**
 * Kong handles text as bytes and checks the encoding itself. Here text is a JavaScript string in which a byte that
 * is no part of valid UTF-8 is kept as a lone surrogate U+DC80..U+DCFF, so that it can be found and given back.
 */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes as text; what is not UTF-8 becomes lone surrogates. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return [...pieces(bytes)].join("");
  }
}

/** The text as bytes, lone surrogates as the bytes that they stand for. */
export function bytesOf(text: string): Buffer {
  if (!hasForeignBytes(text)) return Buffer.from(text);
  const parts = text.split(/((?<![\uD800-\uDBFF])[\uDC80-\uDCFF])/);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 1 ? Buffer.of(part.charCodeAt(0) - 0xdc00) : Buffer.from(part))),
  );
}

/** The value as JSON; bytes that are no UTF-8 come out as they came in. */
export function jsonBytes(value: unknown): Buffer {
  const json = JSON.stringify(value);
  if (!json.includes("\\udc")) return Buffer.from(json);
  return bytesOf(
    json.replace(/\\(?:u(dc[89a-f][0-9a-f])|.)/g, (escape, code?: string) =>
      code ? String.fromCharCode(Number.parseInt(code, 16)) : escape,
    ),
  );
}

/** True if a byte of the text was no UTF-8. */
export function hasForeignBytes(text: string): boolean {
  return !text.isWellFormed();
}

/** The position in bytes, from 1, of the first byte that is no UTF-8; 0 if there is none. */
export function foreignByteAt(text: string): number {
  if (!hasForeignBytes(text)) return 0;
  const at = /(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/.exec(text)?.index ?? 0;
  return Buffer.byteLength(text.slice(0, at)) + 1;
}

function* pieces(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) yield String.fromCharCode(0xdc00 + bytes[at]!);
    else yield decoder.decode(bytes.subarray(at, at + length));
    at += length || 1;
  }
}

/** The length of the UTF-8 sequence that begins here; 0 if none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  const length = byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
  try {
    if (length > 0 && at + length <= bytes.length) decoder.decode(bytes.subarray(at, at + length));
    else return 0;
  } catch {
    return 0;
  }
  return length;
}
