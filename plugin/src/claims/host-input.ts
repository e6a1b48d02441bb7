import type { Host } from "@domain-claims/crds/host";
import { parseHost } from "@domain-claims/crds/lazy-hostname";

import { display } from "../output/display.ts";
import { UserError } from "../user-error.ts";

/** A host that somebody typed, and a sentence where it was understood as something other than what was typed. */
export interface TypedHost {
  readonly host: Host;
  readonly note: string | undefined;
}

/** Reads what people type or paste for a host: any case, a trailing dot, U-labels, a URL or host:port. Throws UserError. */
export async function typedHost(text: string): Promise<TypedHost> {
  const name = hostPart(text.trim());
  const parsed = await parseHost(name);
  if (!parsed.ok) throw new UserError(parsed.problem.message);
  const { host } = parsed;
  const noted = name !== text.trim() || host !== name.toLowerCase().replace(/\.$/, "");
  return { host, note: noted ? `reading "${text.trim()}" as ${display(host)}` : undefined };
}

/** The host inside a URL or before a port or path; the text itself where it is none of these. */
function hostPart(text: string): string {
  const url = /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?(?<authority>[^/?#]+)/i.exec(text)?.groups?.["authority"];
  const authority = url ?? /^(?<authority>[^/?#\s]+\.[^/?#\s]+)(?=[/?#])/.exec(text)?.groups?.["authority"] ?? text;
  return authority.startsWith("[") ? authority : authority.replace(/^(?<name>[^:]+):\d+$/, "$<name>");
}
