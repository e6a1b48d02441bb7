import { anyHost, wildcardFor } from "@domain-claims/crds/host";
import type { Host, RouteHost } from "@domain-claims/crds/host";
import type { Pieces } from "./pieces.ts";
import type { Source } from "./source.ts";

/** Secrets of one host that are looked at. */
export const mostSecrets = 10;

/** A Secret, and which entry of the source names it. */
interface Entry {
  readonly order: number;
  readonly secret: string;
}

/**
 * The names of the Secrets that a source has for each host, in its order: for those that an entry names, and, by a wildcard
 * or by an entry without hosts, for those that the source itself names. No host has more than {@link mostSecrets}. Others may
 * have their turn after each `piece` of hosts.
 */
export function* secretsFor(
  tls: Source["tls"],
  named: ReadonlySet<RouteHost>,
  piece: number,
): Pieces<ReadonlyMap<Host, readonly string[]>> {
  const entries = new Map<RouteHost, Entry[]>();
  for (const [order, { secret, hosts }] of tls.entries()) {
    const patterns: readonly RouteHost[] = hosts ?? [anyHost];
    for (const pattern of patterns) {
      const known = entries.get(pattern) ?? [];
      if (known.length < mostSecrets && !known.some((entry) => entry.secret === secret)) known.push({ order, secret });
      entries.set(pattern, known);
    }
  }
  if (entries.size === 0) return none;

  const secrets = new Map<Host, readonly string[]>();
  let looked = 0;
  for (const host of new Set<RouteHost>([...entries.keys(), ...named])) {
    if (++looked % piece === 0) yield;
    if (host === anyHost) continue;
    const found = patternsFor(host, named).flatMap((pattern) => entries.get(pattern) ?? []);
    const inOrder = new Set(found.sort((a, b) => a.order - b.order).map(({ secret }) => secret));
    if (inOrder.size > 0) secrets.set(host, [...inOrder].slice(0, mostSecrets));
  }
  return secrets;
}

const none: ReadonlyMap<Host, readonly string[]> = new Map();

function patternsFor(host: Host, named: ReadonlySet<RouteHost>): readonly RouteHost[] {
  if (!named.has(host)) return [host];
  const wildcard = wildcardFor(host);
  return wildcard === undefined ? [host, anyHost] : [host, wildcard, anyHost];
}
