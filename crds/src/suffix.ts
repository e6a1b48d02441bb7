/**
 * Public suffixes (publicsuffix.org), private section included: the only importer of psl and tldts. psl's list is
 * frozen in December 2024, so both are asked, and the stricter answer counts: the one with the longer suffix.
 */
import psl from "psl";
import { parse } from "tldts";
import type { Hostname } from "./host.ts";
import { remembering } from "./recent.ts";

/** The day of the fresher list, which is that of tldts 7.5.4: the day on which that version was published. */
export const suffixListDate = "2026-11-15";

/**
 * The name that one party registers: the public suffix and one label (`acme.co.uk` for `www.acme.co.uk`). Undefined
 * for a name that is itself a public suffix.
 */
export function registrableDomain(hostname: Hostname): Hostname | undefined {
  return recentDomains(hostname);
}

/** The lists are asked about the same few names again and again, and take their time. */
const recentDomains = remembering(1_000, (hostname: string): Hostname | undefined => {
  const labels = hostname.split(".");
  const suffix = Math.max(pslSuffix(hostname, labels.length), tldtsSuffix(hostname, labels.length));
  return suffix >= labels.length ? undefined : (labels.slice(-suffix - 1).join(".") as Hostname);
});

/**
 * True for a name which nobody may hold, since many parties register names below it (rule H3). The bare base of a
 * wildcard rule (`kobe.jp`) counts as one; a name which the administrator lists in `allowed` does not.
 */
export function isPublicSuffix(hostname: Hostname, allowed: readonly string[] = []): boolean {
  return registrableDomain(hostname) === undefined && !allowed.includes(hostname);
}

/** Labels of the suffix by psl; a name without any rule has the suffix of one label, as the list's algorithm says. */
function pslSuffix(hostname: string, labels: number): number {
  const parsed = psl.parse(hostname);
  if (parsed.error !== undefined || !parsed.listed) return 1;
  return parsed.domain === null ? labels : parsed.domain.split(".").length - 1;
}

/** Labels of the suffix by tldts. */
function tldtsSuffix(hostname: string, labels: number): number {
  const { domain, isIcann, isPrivate } = parse(hostname, {
    allowPrivateDomains: true,
    extractHostname: false,
    validateHostname: false,
  });
  if (isIcann !== true && isPrivate !== true) return 1;
  return domain === null ? labels : domain.split(".").length - 1;
}
