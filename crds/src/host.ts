/**
 * Hosts as types, and how they relate: pure string work on names that are canonical already. Text becomes a host in
 * hostname.ts.
 */

declare const canonical: unique symbol;

/** A host in canonical form (rule H1): a {@link Hostname}, or `*.` and a Hostname. */
export type Host = string & { readonly [canonical]: "hostname" | "wildcard" };

/** An exact host in canonical form: lower case, A-labels, no trailing dot, at least two labels. */
export type Hostname = Host & { readonly [canonical]: "hostname" };

/** What a rule without host, or a default backend, is for: every host. No host reads so (rule H1). */
export const anyHost = "*any*";

/** What a route is for: a host, or {@link anyHost}. */
export type RouteHost = Host | typeof anyHost;

/** Longest host in bytes (RFC 1035, without the root's dot). */
export const maxHost = 253;

/** Longest label in bytes (RFC 1035). */
export const maxLabel = 63;

const wildcardRecord = "wc--any.";

/** Longest name a wildcard can stand before: its record's name, {@link recordName}, is an object name of 253 bytes. */
export const maxWildcardBase = maxHost - wildcardRecord.length;

/** True for `*.acme.org`. */
export function isWildcard(host: Host): boolean {
  return host.startsWith("*.");
}

/** The name above: `acme.org` for `www.acme.org` and for `*.acme.org`; undefined above a name of two labels. */
export function parentOf(host: Host): Hostname | undefined {
  const parent = host.slice(host.indexOf(".") + 1);
  return parent.includes(".") ? (parent as Hostname) : undefined;
}

/** Every name of at least two labels that is strictly above the host, nearest first. */
export function ancestors(host: Host): readonly Hostname[] {
  const above: Hostname[] = [];
  for (let name = parentOf(host); name !== undefined; name = parentOf(name)) above.push(name);
  return above;
}

/** The wildcard that covers the host: `*.acme.org` for `www.acme.org`; undefined where none can be, as for a wildcard. */
export function wildcardFor(host: Host): Host | undefined {
  const parent = isWildcard(host) ? undefined : parentOf(host);
  return parent === undefined || parent.length > maxWildcardBase ? undefined : (`*.${parent}` as Host);
}

/** The number of labels, the `*` of a wildcard not counted: 2 for `acme.org` and for `*.acme.org`. */
export function labelCount(host: Host): number {
  return host.split(".").length - (isWildcard(host) ? 1 : 0);
}

/**
 * The name of the host's HostRecord: the host itself, or `wc--any.acme.org` for `*.acme.org`, which no host can have
 * as its name since `--` at the third and fourth place is refused.
 */
export function recordName(host: Host): string {
  return isWildcard(host) ? wildcardRecord + host.slice(2) : host;
}

/** The host that a HostRecord's name stands for: the inverse of {@link recordName}. */
export function hostOfRecord(name: string): Host {
  return (name.startsWith(wildcardRecord) ? `*.${name.slice(wildcardRecord.length)}` : name) as Host;
}
