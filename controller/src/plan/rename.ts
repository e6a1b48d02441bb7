import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, Hostname } from "@domain-claims/crds/hostname";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { HostDecision } from "../decide/host-decision.ts";
import { hasHttps } from "../decide/has-https.ts";
import { redirectingTo } from "../decide/redirect.ts";
import { renameUnderWay } from "../decide/rename-under-way.ts";
import type { Facts } from "../world/facts.ts";
import { pathsFor } from "../world/source-hosts.ts";
import type { NamedSource, SourceRefusal } from "./route.ts";
import { standbyOf } from "./standby.ts";
import type { Standby } from "./standby.ts";

/** The part of a host in renames (rule N2), in no gateway's terms. */
export interface HostRename {
  /** The newest of the names of before for which it serves, too. */
  readonly from: Host | undefined;
  /** Paths that the name of before serves, and this host does not; counted until that name has given way. */
  readonly lacks: number;
  /** The name to which the host has given way without a redirect, or with one no longer: nothing is served. */
  readonly gaveWayTo: Hostname | undefined;
}

/**
 * What else renames make of a host. `names` are its names of before, `served` the paths that it serves, and `servedBefore` says
 * which a name of before does.
 */
export function planRename(
  facts: Facts,
  { host, serving }: Pick<HostDecision, "host" | "serving">,
  names: readonly Host[],
  served: ReadonlySet<string>,
  servedBefore: (old: Host) => Iterable<string>,
): Omit<HostRename, "gaveWayTo"> {
  if (serving === undefined || host === anyHost) return { from: undefined, lacks: 0 };
  const [from] = names;
  const lacking = from === undefined || !isWaitedFor(facts, host, from) ? [] : [...servedBefore(from)];
  return {
    from,
    lacks: lacking.filter((path) => !served.has(path)).length,
  };
}

/** What is told to the sources of a host that was renamed: their paths are served under the new name. */
export function renamedSources(
  host: Host,
  to: Hostname,
  redirects: boolean,
  named: readonly NamedSource[],
): readonly SourceRefusal[] {
  const message = sourceMessages.renamed(host, to, redirects);
  return named.map(({ source: { kind, namespace, name }, source, as }) => {
    const refused = pathsFor(source, as).length;
    return { source: { kind, namespace, name }, reason: "HostRenamed", message, path: undefined, refused };
  });
}

/** True while the old name serves until this host serves all that it does. */
function isWaitedFor(facts: Facts, host: Host, old: Host): boolean {
  const to = facts.record(old)?.holder?.renamedTo;
  return to !== undefined && to.done === undefined && to.uid === facts.record(host)?.holder?.uid;
}

/** What the host is to be redirected by once it gives way, in effect before any route leads to it; undefined: nothing is to come. */
export function redirectOfRename(
  facts: Facts,
  { host, serving }: Pick<HostDecision, "host" | "serving">,
): Standby | undefined {
  if (serving === undefined || host === anyHost) return undefined;
  const record = facts.record(host);
  const underWay = record === undefined ? undefined : renameUnderWay(facts, record);
  if (record?.holder === undefined || underWay === undefined || underWay.to.done !== undefined) return undefined;
  const claim = facts.claim(record.holder.namespace, record.holder.name);
  const wanted = underWay.claim.redirectForMs !== 0 && facts.kong.preFunction;
  if (claim === undefined || claim.redirect !== undefined || !wanted) return undefined;
  const to = underWay.to.host;
  const scheme = hasHttps(facts, to) ? "https" : "http";
  const redirect = { ok: true, scheme, to, statusCode: 308, keepPath: true, claim: redirectingTo(claim, to) } as const;
  return standbyOf(redirect, []);
}
