/** The text of a byte string (one character a byte, as Node gives header values), or undefined if it is not UTF-8. */
export function textOf(bytes: string): string | undefined {
  if (!NOT_ASCII.test(bytes)) return bytes;
  try {
    return STRICT.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}

/** The UTF-8 bytes of a text as a byte string, one character a byte. */
export function bytesOf(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

const NOT_ASCII = /[^\x00-\x7f]/;
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
