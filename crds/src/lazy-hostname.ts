/**
 * The functions of hostname.ts as promises, for a program that has to start at once: the tables of UTS 46 are loaded
 * only when a name needs them, which few do.
 */
import * as parse from "./parse.ts";
import { needsIdna } from "./parse.ts";

/** {@link import("./hostname.ts").parseHostname}, as a promise. */
export async function parseHostname(text: string): Promise<parse.HostnameResult> {
  return parse.parseHostname(text, await toAsciiFor(text));
}

/** {@link import("./hostname.ts").parseHost}, as a promise. */
export async function parseHost(text: string): Promise<parse.HostResult> {
  return parse.parseHost(text, await toAsciiFor(text));
}

/** {@link import("./hostname.ts").toUnicode}, as a promise. */
export async function toUnicode(host: string): Promise<string> {
  return needsIdna(host) ? (await import("./idna.ts")).toUnicode(host) : host;
}

/** {@link import("./hostname.ts").display}, as a promise. */
export async function display(host: string): Promise<string> {
  const unicode = await toUnicode(host);
  return unicode === host ? host : `${host} (${unicode})`;
}

async function toAsciiFor(text: string): Promise<parse.ToAscii> {
  if (needsIdna(text)) return (await import("./idna.ts")).toAscii;
  return (name) => ({ ok: true, name });
}
