import { wildcardFor } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { compareText } from "../../world/compare.ts";

/** True if a certificate with these names is good for the host: they have it, or the wildcard one level up (RFC 6125). */
export function covers(names: ReadonlySet<Host>, host: Host): boolean {
  return names.has(host) || isBelowWildcard(names, host);
}

/** Sorted, each once, and without those that a wildcard among them covers: Let's Encrypt refuses an order that has both. */
export function withoutRedundant(names: Iterable<Host>): readonly Host[] {
  const all = new Set(names);
  return [...all].filter((host) => !isBelowWildcard(all, host)).sort(compareText);
}

/** True if both have the same names; both are sorted. */
export function sameNames(a: readonly Host[], b: readonly Host[]): boolean {
  return a.length === b.length && a.every((host, index) => host === b[index]);
}

/** True if the wildcard one level above the host is among the names. */
export function isBelowWildcard(names: ReadonlySet<Host>, host: Host): boolean {
  const wildcard = wildcardFor(host);
  return wildcard !== undefined && names.has(wildcard);
}
