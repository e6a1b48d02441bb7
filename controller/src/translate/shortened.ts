const mostShown = 120;

/**
 * A text as it is kept for people: as it is, or, where it is long, its beginning and its length. It is a copy: a part of a
 * long text would keep the whole in memory.
 */
export function shortened(text: string): string {
  if (text.length <= mostShown) return text;
  return Buffer.from(`${text.slice(0, mostShown)}… (${String(Buffer.byteLength(text))} bytes)`).toString();
}
