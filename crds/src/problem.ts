/** The ways in which text fails to be a host, each with the sentence that a person reads. */

import { visible } from "./visible.ts";

/** One kind for each way in which text fails to be a host. */
export type HostnameProblemKind = keyof typeof sentences | "NotCanonical";

/** Why text is not a host. `message` is a sentence that names the text, shortened and escaped. */
export interface HostnameProblem {
  readonly kind: HostnameProblemKind;
  readonly message: string;
}

/** The problem of a kind with the sentence that goes with it. `detail` is the label or the character that is wrong. */
export function problem(kind: keyof typeof sentences, text: string, detail = ""): HostnameProblem {
  return { kind, message: `${quote(text)} ${sentences[kind](detail)}` };
}

/** The problem of text that means a host, or a label, but is not written as it has to be in a spec (rule H2). */
export function notCanonical(text: string, canonical: string): HostnameProblem {
  return { kind: "NotCanonical", message: `${quote(text)} is not in canonical form: write ${canonical}` };
}

/** Text that somebody else wrote, made fit for a message: in quotes, at most 64 characters, nothing invisible left. */
function quote(text: string): string {
  const characters = Array.from(text.slice(0, 130));
  const shown = characters
    .slice(0, 64)
    .map((character) => (/["\\]/.test(character) ? `\\${character}` : visible(character)))
    .join("");
  return `"${shown}${characters.length > 64 ? "..." : ""}"`;
}

const sentences = {
  Empty: () => "is empty: write a hostname such as acme.org",
  Url: () => "is a URL: write only its hostname, such as acme.org",
  Port: () => "has a port: a host is claimed for all ports, so write only the hostname",
  IpAddress: () =>
    "is an IP address, or ends like one: only names can be claimed, and the last label of a name is no number",
  NeverExists: () => "is below .invalid, where no name ever exists (RFC 6761): choose another one",
  Wildcard: () =>
    "has a * that can't be used here: it may only stand for the whole first label, as in *.acme.org, where a wildcard is allowed",
  EmptyLabel: () => "has an empty label: two dots in a row, or a dot at the start",
  SingleLabel: () => "has a single label: a hostname needs at least two, such as acme.org",
  SeveralLabels: () => "has several labels: sub is one label, such as www, or *",
  TooLong: () => "is too long: a host has at most 253 bytes, and a name after *. at most 245",
  LabelTooLong: (label: string) => `has a label of more than 63 bytes: ${quote(label)}`,
  Underscore: (label: string) =>
    `has an underscore in ${quote(label)}: hostnames have letters, digits and hyphens only`,
  HyphenPlacement: (label: string) =>
    `has a hyphen where a hostname may not have one, in ${quote(label)}: first, last, or two at the third and fourth place`,
  InvalidCharacter: (character: string) =>
    `has the character ${quote(character)}: hostnames have letters, digits and hyphens only`,
  InvalidIdna: (label: string) =>
    `is not a valid internationalized name (UTS 46)${label === "" ? "" : `, because of ${quote(label)}`}`,
} as const;
