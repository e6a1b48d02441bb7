import { maxHost, maxWildcardBase } from "./host.ts";
import type { Host, Hostname } from "./host.ts";
import { labelProblem, nameProblem } from "./labels.ts";
import { notCanonical, problem } from "./problem.ts";
import type { HostnameProblem } from "./problem.ts";

/** Text that is no host, and why. */
export type Refused = { readonly ok: false; readonly problem: HostnameProblem };
/** What {@link parseHostname} makes of text. */
export type HostnameResult = { readonly ok: true; readonly hostname: Hostname } | Refused;
/** What {@link parseHost} makes of text. */
export type HostResult = { readonly ok: true; readonly host: Host; readonly wildcard: boolean } | Refused;
/** What {@link parseLabel} makes of text. */
export type LabelResult = { readonly ok: true; readonly label: string } | Refused;

/** Turns a name into A-labels (idna.ts); only asked for names for which {@link needsIdna} is true. */
export type ToAscii = (name: string) => { ok: true; name: string } | Refused;

/** True for text that ASCII rules alone can't decide: it has a character beyond ASCII, or an `xn--` label. */
export function needsIdna(text: string): boolean {
  return /[^\0-\x7f]|(^|\.)xn--/i.test(text);
}

/** Text to a canonical hostname, or the one problem that says best why it is none. */
export function parseHostname(text: string, toAscii: ToAscii): HostnameResult {
  const strange = shapeProblem(text);
  if (strange !== undefined) return { ok: false, problem: strange };
  const mapped = inAscii(text, toAscii);
  if (!mapped.ok) return mapped;
  const name = mapped.name.replace(/\.$/, "");
  const found = nameProblem(name, text);
  return found === undefined ? { ok: true, hostname: name as Hostname } : { ok: false, problem: found };
}

/** As {@link parseHostname}, and `*.` before a hostname is accepted. */
export function parseHost(text: string, toAscii: ToAscii): HostResult {
  const base = /^\*[.\u3002\uff0e\uff61](?<base>.*)$/su.exec(text)?.groups?.["base"];
  const parsed = parseHostname(base ?? text, toAscii);
  if (!parsed.ok) return parsed;
  if (base === undefined) return { ok: true, host: parsed.hostname, wildcard: false };
  if (parsed.hostname.length > maxWildcardBase) return { ok: false, problem: problem("TooLong", text) };
  return { ok: true, host: `*.${parsed.hostname}` as Host, wildcard: true };
}

/** As {@link parseHostname}, for text that has to be canonical already: else the problem names the canonical form. */
export function requireCanonical(text: string, toAscii: ToAscii): HostnameResult {
  const parsed = parseHostname(text, toAscii);
  if (!parsed.ok || parsed.hostname === text) return parsed;
  return { ok: false, problem: notCanonical(text, parsed.hostname) };
}

/** A claim's `sub`, which has to be canonical already: one label, or `*`. */
export function parseLabel(text: string, toAscii: ToAscii): LabelResult {
  if (text === "*") return { ok: true, label: text };
  const strange = shapeProblem(text);
  if (strange !== undefined) return { ok: false, problem: strange };
  const mapped = inAscii(text, toAscii);
  if (!mapped.ok) return mapped;
  if (mapped.name.includes(".")) return { ok: false, problem: problem("SeveralLabels", text) };
  const found = labelProblem(mapped.name, text);
  if (found !== undefined) return { ok: false, problem: found };
  return mapped.name === text ? { ok: true, label: text } : { ok: false, problem: notCanonical(text, mapped.name) };
}

/**
 * The name in lower-case ASCII. A text that stands for more characters than a host and its dot have is not mapped: one
 * character may stand for eighteen (U+FDFA), and to map a thousand such takes milliseconds.
 */
function inAscii(text: string, toAscii: ToAscii): ReturnType<ToAscii> {
  if (!needsIdna(text)) return { ok: true, name: text.toLowerCase() };
  const characters = Array.from(text.normalize("NFKC")).length;
  return characters > maxHost + 1 ? { ok: false, problem: problem("TooLong", text) } : toAscii(text);
}

/** What can be seen before any mapping: things that people paste in place of a hostname. */
function shapeProblem(text: string): HostnameProblem | undefined {
  if (text === "" || text === ".") return problem("Empty", text);
  if (text.length > 2 * maxHost) return problem("TooLong", text);
  if (text.includes("/")) return problem("Url", text);
  if (/^\[.*\](:\d*)?$|^[0-9a-f.]*:[0-9a-f.]*:[0-9a-f.:]*(%.*)?$/isu.test(text)) return problem("IpAddress", text);
  if (/:\d*$/.test(text)) return problem("Port", text);
  if (text.includes("*")) return problem("Wildcard", text);
  return undefined;
}
