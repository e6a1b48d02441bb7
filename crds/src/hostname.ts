/**
 * Text to a host, or to a named problem (rule H1). Importing this loads the tables of UTS 46 (some 10 ms): a program
 * that has to answer at once imports host.ts for types and structure, and lazy-hostname.ts to parse.
 */
import * as idna from "./idna.ts";
import * as parse from "./parse.ts";
import { needsIdna } from "./parse.ts";

export * from "./host.ts";
export type { HostnameProblem } from "./problem.ts";

/** Any spelling of a hostname to its canonical form: case, a trailing dot and U-labels are forgiven. */
export function parseHostname(text: string): parse.HostnameResult {
  return parse.parseHostname(text, idna.toAscii);
}

/** As {@link parseHostname}, and `*.` before a hostname is accepted. */
export function parseHost(text: string): parse.HostResult {
  return parse.parseHost(text, idna.toAscii);
}

/** A hostname that has to be canonical already (rule H2); `NotCanonical` names the form to write. */
export function requireCanonical(text: string): parse.HostnameResult {
  return parse.requireCanonical(text, idna.toAscii);
}

/** A claim's `sub`, which has to be canonical already: one label, or `*`. */
export function parseLabel(text: string): parse.LabelResult {
  return parse.parseLabel(text, idna.toAscii);
}

/** The host with U-labels, for people: `bücher.example` for `xn--bcher-kva.example`. */
export function toUnicode(host: string): string {
  return needsIdna(host) ? idna.toUnicode(host) : host;
}

/** The host as people should see it: `xn--bcher-kva.example (bücher.example)`, or just the host when both are equal. */
export function display(host: string): string {
  const unicode = toUnicode(host);
  return unicode === host ? host : `${host} (${unicode})`;
}
