import { foreignByteAt } from "../bytes.ts";

const NAME = /^[\w.\-~\u0080-\u{10FFFF}]+$/u;
const TAG = /^[ !-+\-.0-~\u0080-\u{10FFFF}]+$/u;

/** Why the text is no name of an entity. */
export function nameFault(name: string): string | undefined {
  const ascii = "the only accepted ascii characters are alphanumerics or ., -, _, and ~";
  return encodingFault(name) ?? (NAME.test(name) ? undefined : `invalid value '${name}': ${ascii}`);
}

/** Why the text is no tag. */
export function tagFault(tag: string): string | undefined {
  const printable = "expected printable ascii (except `,` and `/`) or valid utf-8 sequences";
  return encodingFault(tag) ?? (TAG.test(tag) ? undefined : `invalid tag '${tag}': ${printable}`);
}

/** Why the text is no name of a header. */
export function headerNameFault(name: string): string | undefined {
  if (/^[\w-]+$/.test(name)) return undefined;
  return `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`;
}

function encodingFault(text: string): string | undefined {
  const at = foreignByteAt(text);
  return at === 0 ? undefined : `invalid utf-8 character sequence detected at position ${at}`;
}
