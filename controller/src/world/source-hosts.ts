import { anyHost } from "@domain-claims/crds/host";
import type { Host, RouteHost } from "@domain-claims/crds/host";
import { atOnce } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { routesOf } from "./regex-weight.ts";
import { secretsFor } from "./source-tls.ts";
import type { Source, SourcePath } from "./source.ts";

/** How a source was read, and from what. */
interface Reading extends Said {
  readonly hosts: ReadonlySet<RouteHost>;
  readonly own: ReadonlyMap<RouteHost, readonly SourcePath[]>;
  readonly aliased: ReadonlySet<RouteHost>;
  /** The paths of the rules with a host, which every alias has, too; each match once. */
  readonly named: readonly SourcePath[];
  readonly routes: number;
  /** The names of the Secrets for each host, in the order of the source. */
  readonly secrets: ReadonlyMap<Host, readonly string[]>;
}

/** What a source says of its hosts. */
type Said = Pick<Source, "rules" | "aliases" | "tls">;

/** Each source is read once: one with thousands of hosts is asked for each of them. So is one that says the same in a new version. */
const readings = new WeakMap<Source["rules"], Reading>();

/** Rules, hosts and Secrets that are read before others may have their turn. */
const piece = 100;

/** Every host that the source names, once: those of its rules, and its aliases. */
export function hostsOf(source: Source): ReadonlySet<RouteHost> {
  return readingOf(source).hosts;
}

/** The hosts that have the paths of all its rules with a host, beside their own. */
export function aliasesOf(source: Source): ReadonlySet<RouteHost> {
  return readingOf(source).aliased;
}

/** The paths that the source has for a host: its own in the order of the source, and for an alias those of all hosts. */
export function pathsFor(source: Source, host: RouteHost): readonly SourcePath[] {
  const { own, aliased, named } = readingOf(source);
  const paths = own.get(host) ?? [];
  return aliased.has(host) ? [...paths, ...named] : paths;
}

/** Of {@link pathsFor} those from the first one on that count as `most` routes at most, as how many they do, and how many are left. */
export function pathsWithin(
  source: Source,
  host: RouteHost,
  most: number,
): { readonly paths: readonly SourcePath[]; readonly routes: number; readonly left: number } {
  const paths = pathsFor(source, host);
  let routes = 0;
  for (const [i, { match }] of paths.entries()) {
    const more = routesOf(match);
    if (routes + more > most) return { paths: paths.slice(0, i), routes, left: paths.length - i };
    routes += more;
  }
  return { paths, routes, left: 0 };
}

/**
 * How many routes the source asks for: its hosts, each with its paths, and one for each host that has none or only a Secret. A
 * regular expression that takes as much as many routes counts as so many.
 */
export function routeCount(source: Source): number {
  return readingOf(source).routes;
}

/** Every host for which the source has a Secret, also one that none of its rules is for, with the names of the Secrets. */
export function tlsOf(source: Source): ReadonlyMap<Host, readonly string[]> {
  return readingOf(source).secrets;
}

/** Every host that the source says something about. */
export function mentionedBy(source: Source): ReadonlySet<RouteHost> {
  const { hosts, secrets } = readingOf(source);
  return secrets.size === 0 ? hosts : new Set([...hosts, ...secrets.keys()]);
}

/** Reads a source in pieces, so that whatever is asked of it has been read. */
export function* readInPieces(source: Said): Pieces<Reading> {
  const known = readings.get(source.rules);
  if (known?.aliases === source.aliases && known.tls === source.tls) return known;
  const now = yield* read(source);
  readings.set(source.rules, now);
  return now;
}

function readingOf(source: Source): Reading {
  return atOnce(readInPieces(source));
}

function* read({ rules, aliases, tls }: Said): Pieces<Reading> {
  const own = new Map<RouteHost, SourcePath[]>();
  const named: SourcePath[] = [];
  for (const [i, { host, paths }] of rules.entries()) {
    if (i % piece === 0) yield;
    const known = own.get(host);
    if (known === undefined) own.set(host, [...paths]);
    else known.push(...paths);
    if (host !== anyHost) named.push(...paths);
  }
  const aliased = new Set<RouteHost>(aliases);
  const hosts = new Set([...own.keys(), ...aliased]);
  const namedRoutes = routesOfAll(named);
  let routes = 0;
  for (const host of hosts) {
    routes += Math.max(1, routesOfAll(own.get(host) ?? []) + (aliased.has(host) ? namedRoutes : 0));
  }
  const secrets = yield* secretsFor(tls, hosts, piece);
  for (const host of secrets.keys()) if (!hosts.has(host)) routes += 1;
  return { rules, aliases, tls, hosts, own, aliased, named, routes, secrets };
}

/** As how many routes the paths count. */
function routesOfAll(paths: readonly SourcePath[]): number {
  return paths.reduce((all, { match }) => all + routesOf(match), 0);
}
