import { visible } from "@domain-claims/crds/visible";

/** Text that somebody else wrote, without what a terminal would obey: controls as kubectl shows them, and no change of direction. */
export function harmless(text: string): string {
  return text
    .replaceAll("\x1b", "^[")
    .replaceAll("\r", "\\r")
    .replace(/[\0-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g, "")
    .replace(/[\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, visible);
}

/** The same in one line. */
export function oneLine(text: string): string {
  return harmless(text).replaceAll("\n", "\\n").replaceAll("\t", " ");
}
