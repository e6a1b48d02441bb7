import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { formerNames } from "../decide/former-names.ts";
import { hasHttps } from "../decide/has-https.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import { gaveWayTo } from "../decide/redirect.ts";
import type { RedirectRefusal } from "../decide/redirect.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import { pathsFor } from "../world/source-hosts.ts";
import { challenges, planRedirect, redirectedSources } from "./redirect.ts";
import { planRename, renamedSources } from "./rename.ts";
import type { HostRename } from "./rename.ts";
import type { NamedSource, PlannedRedirect } from "./route.ts";
import { namedSources, servedPaths, servingNothing } from "./served-paths.ts";
import type { ServedPaths } from "./served-paths.ts";

/** What is asked for a host by who may serve it, whatever keeps it from being served now. */
export interface Asked {
  /** Who may serve it. */
  readonly namespaces: readonly string[];
  /** The names that it had before, for which it serves, too. */
  readonly names: readonly Host[];
  /** What answers in place of the sources, or why it can't; undefined: no redirect is asked for. */
  readonly redirect: PlannedRedirect | RedirectRefusal | undefined;
  readonly paths: ServedPaths;
  readonly rename: HostRename;
}

/** What the sources of who may serve the host ask for it, or for a name of before, and its claim in their place. */
export function askedFor(facts: Facts, settings: Settings, decision: HostDecision): Asked {
  const { host, serving } = decision;
  const namespaces = host === anyHost ? settings.catchAllNamespaces : serving === undefined ? [] : [serving];
  const names = host === anyHost || serving === undefined ? [] : formerNames(facts, host);
  const sourcesAs = (name: RouteHost): readonly NamedSource[] => namedSources(facts, settings, namespaces, name);
  const named = [host, ...names].flatMap(sourcesAs);
  const redirect = planRedirect(facts, decision, (target) => hasHttps(facts, target));
  const gaveWay = host === anyHost || serving === undefined ? undefined : gaveWayTo(facts, host);
  const paths =
    redirect !== undefined
      ? besideRedirect(facts, settings, decision, redirect, named)
      : gaveWay !== undefined && host !== anyHost
        ? servingNothing(renamedSources(host, gaveWay, false, named))
        : servedPaths(facts, settings, host, named);
  const rename = planRename(facts, decision, names, paths.keys, (old) => {
    return servedPaths(facts, settings, old, [old, ...formerNames(facts, old)].flatMap(sourcesAs)).keys;
  });
  return { namespaces, names, redirect, paths, rename: { ...rename, gaveWayTo: gaveWay } };
}

/**
 * What is served of a host beside its redirect: the answers by which cert-manager proves to a certificate authority that the
 * host is served here (RFC 8555, section 8.3), since without them a host that redirects would get no certificate.
 */
function besideRedirect(
  facts: Facts,
  settings: Settings,
  decision: HostDecision,
  asked: PlannedRedirect | RedirectRefusal,
  named: readonly NamedSource[],
): ServedPaths {
  const { host } = decision;
  const solvers = asked.ok && host !== anyHost && !isWildcard(host) ? named.filter(isSolver) : [];
  const paths = servedPaths(facts, settings, host, solvers);
  const others = named.filter((one) => !solvers.includes(one));
  return { ...paths, refusals: [...redirectedSources(asked, decision, others), ...paths.refusals] };
}

function isSolver({ source, as }: NamedSource): boolean {
  return pathsFor(source, as).every(({ match }) => match.path.startsWith(challenges));
}
