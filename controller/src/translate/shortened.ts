import { shownShort } from "@domain-claims/crds/visible";

/** A text as it is kept for people. It is a copy: a part of a long text would keep the whole in memory. */
export function shortened(text: string): string {
  return Buffer.from(shownShort(text, Buffer.byteLength(text))).toString();
}
