import { apiVersion, domains, hostOf } from "@domain-claims/crds/domain";
import { ancestors, isWildcard, labelCount, parentOf, recordName } from "@domain-claims/crds/host";
import type { Host, Hostname } from "@domain-claims/crds/host";

import type { Domain } from "../kube/objects.ts";
import type { ServedHost } from "./served-hosts.ts";

/** What is known of a cluster whose Ingresses are to be claimed. */
export interface Surveyed {
  readonly served: readonly ServedHost[];
  /** The claims that are there, as far as they may be read. */
  readonly claims: readonly Domain[];
  /** Who holds a host by the register; undefined: nobody does. */
  readonly holder: (host: Host) => Holding | undefined;
  /** The public suffix and one label; undefined for a name that is a suffix itself. */
  readonly registrable: (host: Hostname) => Hostname | undefined;
  /** Which namespace shall hold a domain (`--holder`). */
  readonly holders: ReadonlyMap<Hostname, string>;
}

/** Who holds a host, and by which kind of claim. */
export interface Holding {
  readonly namespace: string;
  readonly kind: "primary" | "shared";
}

/** A host that nobody can be given without a person's word, and why. */
export interface Conflict {
  readonly host: Host;
  readonly why: string;
}

/** A share that an existing claim has to give before new ones below it are OK. */
export interface NeededShare {
  readonly primary: Hostname;
  readonly holder: string;
  readonly namespaces: readonly string[];
}

/** What to claim, so that everything goes on being served. */
export interface Migration {
  /** From the top down, primaries before what is shared from them. */
  readonly claims: readonly Domain[];
  readonly conflicts: readonly Conflict[];
  readonly shares: readonly NeededShare[];
  /** Domains that nobody serves or holds, while names below them are claimed; those that are conflicts are left out. */
  readonly unheld: readonly Hostname[];
}

/** `maxItems` of a claim's delegates. */
const mostDelegates = 256;

/**
 * The claims that what is served needs, and no others. A domain is claimed as a primary by the namespace that serves it, serves
 * its wildcard, or is said to hold it; names one label below are shared claims, and the primary names their namespaces in
 * `delegates`. Nothing else is concluded: where nobody serves `acme.org` itself, `shop.acme.org` is a primary of its own.
 * A host that two namespaces serve, or that somebody else holds, is a conflict and gets no claim. So is a domain below which
 * another namespace has served a name for longer: who comes later and serves the domain is not to decide about that name.
 */
export function planMigration(surveyed: Surveyed): Migration {
  const conflicts: Conflict[] = [];
  const wanted = wantedHosts(surveyed, conflicts);
  const primaries = wantedPrimaries(wanted, surveyed, conflicts);
  const existing = new Map(
    surveyed.claims.map((claim) => [keyOf(hostOf(claim.spec), claim.metadata.namespace), claim]),
  );
  const ownerOf = (name: Hostname): string | undefined => {
    const held = surveyed.holder(name);
    return held?.kind === "primary" ? held.namespace : primaries.get(name);
  };
  const grants = new Map<Hostname, Set<string>>();
  const grant = (primary: Hostname, namespace: string): void => {
    if (ownerOf(primary) !== namespace) grants.set(primary, (grants.get(primary) ?? new Set()).add(namespace));
  };
  const specs: { readonly host: Host; readonly namespace: string; readonly spec: Domain["spec"] }[] = [];
  for (const [host, namespace] of [...wanted].sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1))) {
    const spec = specFor(host, namespace, primaries, ownerOf);
    const above = ancestors(host).find((name) => ownerOf(name) !== undefined);
    if (spec.sub === undefined) primaries.set(host as Hostname, namespace);
    if (surveyed.holder(host) !== undefined) continue;
    if (above !== undefined) grant(above, namespace);
    if (!existing.has(keyOf(host, namespace))) specs.push({ host, namespace, spec });
  }
  const claims = specs.map(({ host, namespace, spec }): Domain => {
    const delegates = [...(grants.get(host as Hostname) ?? [])].sort();
    if (delegates.length > mostDelegates)
      conflicts.push({
        host,
        why: `${String(delegates.length)} namespaces have names below it, and ${String(mostDelegates)} can be named: share it with "*"`,
      });
    const named = delegates.slice(0, mostDelegates);
    const metadata = { name: recordName(host), namespace };
    return {
      apiVersion,
      kind: domains.kind,
      metadata,
      spec: named.length === 0 ? spec : { ...spec, delegates: named },
    };
  });
  return {
    claims,
    conflicts,
    shares: neededShares(grants, claims, existing, ownerOf),
    unheld: unheldOf(wanted, ownerOf, surveyed).filter((domain) => conflicts.every(({ host }) => host !== domain)),
  };
}

/** Each host that one namespace alone serves, and that it may be given. */
function wantedHosts({ served, holder, holders, registrable }: Surveyed, conflicts: Conflict[]): Map<Host, string> {
  const byHost = new Map<Host, ServedHost[]>();
  for (const one of served) {
    const entries = byHost.get(one.host) ?? [];
    entries.push(one);
    byHost.set(one.host, entries);
  }
  const older = olderBelow(served, byHost);
  const isOwned = (name: Hostname | undefined): boolean =>
    name !== undefined && (byHost.has(name) || holders.has(name) || holder(name) !== undefined);
  const wanted = new Map<Host, string>();
  for (const [host, all] of byHost) {
    const namespaces = all.map(({ namespace }) => namespace);
    const [namespace = ""] = namespaces;
    const held = holder(host);
    const given = holders.get(host as Hostname);
    const by = all
      .slice(0, 5)
      .map((one) => `${one.namespace} (Ingress ${one.ingresses.slice(0, 3).join(", ")})`)
      .join(" and ");
    const base = isWildcard(host) ? parentOf(host) : (host as Hostname);
    const below = older.get(host);
    // One label below a name that somebody has, it decides about nothing.
    const decides = isWildcard(host) || !isOwned(parentOf(host));
    const why =
      base === undefined || registrable(base) === undefined
        ? `${by} serves it, and it is a public suffix, which is nobody's`
        : held !== undefined && namespaces.some((one) => one !== held.namespace)
          ? `${by} serves it, and ${held.namespace} holds it`
          : all.length > 1
            ? `${by} serve it, and one namespace can hold it`
            : given !== undefined && given !== namespace
              ? `${by} serves it, and --holder gives it to ${given}`
              : below !== undefined && decides && held === undefined && !holders.has(base)
                ? `${by} serves it, and ${below.namespace} has served ${below.host} for longer: give it to whose it is with --holder ${base}=NAMESPACE`
                : undefined;
    if (why === undefined) wanted.set(host, namespace);
    else conflicts.push({ host, why });
  }
  for (const [domain, namespace] of holders)
    if (!byHost.has(domain) && holder(domain) === undefined) wanted.set(domain, namespace);
  return wanted;
}

/** Of each host below which another namespace has served a name for longer, or, of a wildcard, below its base: the oldest such name. */
function olderBelow(
  served: readonly ServedHost[],
  byHost: ReadonlyMap<Host, readonly ServedHost[]>,
): ReadonlyMap<Host, ServedHost> {
  const oldest = new Map<Host, ServedHost>();
  for (const one of served) {
    const { host, namespace, since } = one;
    if (since === undefined || isWildcard(host)) continue;
    for (const above of ancestors(host).flatMap((name): readonly Host[] => [name, `*.${name}` as Host])) {
      const [first] = byHost.get(above) ?? [];
      if (first?.since === undefined || first.namespace === namespace || first.since <= since) continue;
      if (since < (oldest.get(above)?.since ?? first.since)) oldest.set(above, one);
    }
  }
  return oldest;
}

/** The names that have to be primaries: those said to be, registrable domains, and what lies under wildcards. */
function wantedPrimaries(
  wanted: Map<Host, string>,
  { holder, holders, registrable }: Surveyed,
  conflicts: Conflict[],
): Map<Hostname, string> {
  const primaries = new Map<Hostname, string>();
  for (const [host, namespace] of wanted)
    if (holders.has(host as Hostname) || registrable(host as Hostname) === host)
      primaries.set(host as Hostname, namespace);
  const refused = new Set(conflicts.map(({ host }) => host));
  for (const [host, namespace] of [...wanted]) {
    const base = isWildcard(host) ? parentOf(host) : undefined;
    if (base === undefined) continue;
    const held = holder(base);
    const owner = held?.namespace ?? wanted.get(base) ?? namespace;
    if (owner === namespace && held?.kind !== "shared" && !refused.has(base)) {
      primaries.set(base, namespace);
      wanted.set(base, namespace);
      continue;
    }
    wanted.delete(host);
    const who =
      owner === namespace ? `a primary claim for ${base}, and there can be none` : `${base}, which is ${owner}'s`;
    conflicts.push({ host, why: `${namespace} serves it, and a wildcard needs ${who}` });
  }
  return primaries;
}

function specFor(
  host: Host,
  namespace: string,
  primaries: ReadonlyMap<Hostname, string>,
  ownerOf: (name: Hostname) => string | undefined,
): Domain["spec"] {
  const base = parentOf(host);
  const owner = base === undefined ? undefined : ownerOf(base);
  if (base === undefined || owner === undefined || primaries.has(host as Hostname)) return { primary: host };
  return {
    primary: base,
    sub: host.slice(0, -base.length - 1),
    ...(owner === namespace ? {} : { parent: owner }),
  };
}

/** What has to be shared by claims that are there already, and do not share it yet as far as they may be read. */
function neededShares(
  grants: ReadonlyMap<Hostname, ReadonlySet<string>>,
  claims: readonly Domain[],
  existing: ReadonlyMap<string, Domain>,
  ownerOf: (name: Hostname) => string | undefined,
): readonly NeededShare[] {
  const made = new Set(claims.map(({ spec }) => hostOf(spec)));
  return [...grants].flatMap(([primary, namespaces]) => {
    const holder = ownerOf(primary) ?? "";
    if (made.has(primary)) return [];
    const { delegates = [] } = existing.get(keyOf(primary, holder))?.spec ?? {};
    const missing = delegates.includes("*") ? [] : [...namespaces].filter((one) => !delegates.includes(one)).sort();
    return missing.length === 0 ? [] : [{ primary, holder, namespaces: missing }];
  });
}

function unheldOf(
  wanted: ReadonlyMap<Host, string>,
  ownerOf: (name: Hostname) => string | undefined,
  { registrable }: Surveyed,
): readonly Hostname[] {
  const found = new Set<Hostname>();
  for (const host of wanted.keys()) {
    const domain = registrable((isWildcard(host) ? parentOf(host) : host) as Hostname);
    if (domain !== undefined && ownerOf(domain) === undefined) found.add(domain);
  }
  return [...found].sort();
}

/** Labels, so that what is above comes first; a wildcard is below its base. */
function depth(host: Host): number {
  return labelCount(host) + (isWildcard(host) ? 1 : 0);
}

function keyOf(host: string, namespace: string | undefined): string {
  return `${host} ${namespace ?? ""}`;
}
