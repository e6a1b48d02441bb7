import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import { foreignRoute } from "../decide/foreign.ts";
import { guardNeed } from "../decide/guard.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import { hasHttps } from "../decide/has-https.ts";
import { formerNames, namesLeftBehind } from "../decide/former-names.ts";
import { gaveWayTo } from "../decide/redirect.ts";
import type { RedirectRefusal } from "../decide/redirect.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import type { NamedRoute } from "../world/kong-state.ts";
import { pathsFor } from "../world/source-hosts.ts";
import { sourceKey } from "../world/source.ts";
import type { SourceRef } from "../world/source.ts";
import { isBarred } from "./backend.ts";
import { overHttps } from "./https.ts";
import { challenges, planRedirect, redirectedSources } from "./redirect.ts";
import { planRename, redirectOfRename, renamedSources } from "./rename.ts";
import { askingIn, namedSources, servedPaths, servingNothing } from "./served-paths.ts";
import type { ServedPaths } from "./served-paths.ts";
import { takingOver } from "./standby.ts";
import { stayingOf } from "./staying.ts";
import { noTls, planTls } from "./tls.ts";
import type { HostRoutes } from "./host-routes.ts";
import type { NamedSource, PlannedRedirect, PlannedRoute, SourceRefusal, TargetNames } from "./route.ts";

/** What the gateway should have for the host, given who may serve it: the paths of the holder's sources, and the guard. */
export function planHost(
  facts: Facts,
  settings: Settings,
  decision: HostDecision,
  targetNames: TargetNames,
): HostRoutes {
  const { host, guardFor, serving } = decision;
  const namespaces = host === anyHost ? settings.catchAllNamespaces : serving === undefined ? [] : [serving];
  const names = host === anyHost || serving === undefined ? [] : formerNames(facts, host);
  const sourcesAs = (name: RouteHost): readonly NamedSource[] => namedSources(facts, settings, namespaces, name);
  const named = [host, ...names].flatMap(sourcesAs);
  const asked = planRedirect(facts, decision, (target) => hasHttps(facts, target));
  const gaveWay = host === anyHost || serving === undefined ? undefined : gaveWayTo(facts, host);
  const paths =
    asked !== undefined
      ? besideRedirect(facts, settings, decision, asked, named)
      : gaveWay !== undefined && host !== anyHost
        ? servingNothing(renamedSources(host, gaveWay, false, named))
        : servedPaths(facts, settings, host, named);
  const { served, refusals } = paths;
  const renamesTo = redirectOfRename(facts, decision);
  const rename = planRename(facts, decision, names, paths.keys, (old) => {
    return servedPaths(facts, settings, old, [old, ...formerNames(facts, old)].flatMap(sourcesAs)).keys;
  });
  const redirect = asked?.ok === true ? asked : undefined;

  const serves = served.length > 0 || redirect !== undefined;
  const { unsupported, waitsForGuards, guardsWithheld } = coverOf(facts, host, namespaces, serves);
  const foreign = foreignRouteFor(facts, settings, decision);
  const takesOver =
    foreign === undefined && !unsupported ? takingOver(facts, targetNames, decision, redirect, served) : undefined;
  const namesLeft = (namespace: string): readonly Host[] =>
    host === anyHost ? [] : namesLeftBehind(facts, host, namespace);
  const staying = stayingOf(
    facts,
    { host, waitsForGuards, guardsWithheld, serving },
    takesOver,
    (namespace) =>
      askingIn(facts, settings, host, namespace, [host, ...(namespace === serving ? names : namesLeft(namespace))]),
    (service) => isBarred(facts, settings, service),
  );
  const stays = staying !== undefined;
  const heldBack = waitsForGuards || foreign !== undefined || stays;
  const tls =
    host === anyHost || serving === undefined || foreign !== undefined
      ? noTls
      : planTls(facts, settings, host, { namespace: serving, serves, stays });
  const secured = host === anyHost ? { routes: served, refusals: [] } : overHttps(facts, host, served, tls);
  return {
    host,
    routes: unsupported || heldBack ? [] : secured.routes,
    redirect: heldBack ? undefined : redirect,
    standby: foreign === undefined ? (takesOver ?? renamesTo) : undefined,
    staying,
    redirectedBy: asked === undefined || asked.claim.renamed === true ? undefined : asked.claim.generation,
    redirectRefusal: asked?.ok === false ? asked : undefined,
    rename: { ...rename, gaveWayTo: gaveWay },
    guard: foreign === undefined && isGuarded(facts, settings, decision) ? guardFor : undefined,
    refusals: [...refusals, ...(unsupported ? served.map(coverRefusal) : []), ...tls.refusals, ...secured.refusals],
    sources: uniqueRefs(served.map(({ source }) => source)),
    unsupported,
    waitsForGuards,
    guardsWithheld,
    foreign,
    tls,
  };
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

/** What of a route for many hosts keeps it from being written; of a route for one host, nothing. */
interface Cover {
  readonly unsupported: boolean;
  readonly waitsForGuards: boolean;
  /** True if some of the guards will not come. */
  readonly guardsWithheld: boolean;
}

/** A route for many hosts is nobody's until it is known which of them may pass (rules L2a and L2b). */
function coverOf(facts: Facts, host: RouteHost, namespaces: readonly string[], serves: boolean): Cover {
  const covers = serves && (host === anyHost || isWildcard(host));
  const unsupported = covers && facts.kong.synced && !facts.kong.preFunction;
  const isLive = (namespace: string): boolean => facts.live(host).namespaces.includes(namespace);
  const waitsForGuards =
    covers && namespaces.some((namespace) => !isLive(namespace) && facts.hasUnguarded(host, namespace));
  const guardsWithheld = waitsForGuards && namespaces.some((namespace) => facts.hasWithheld(host, namespace));
  return { unsupported, waitsForGuards, guardsWithheld };
}

/** Where it is not known whether a guard is needed, one that Kong has stays, and none is written. */
function isGuarded(facts: Facts, settings: Settings, { host, guardFor }: HostDecision): boolean {
  if (guardFor === undefined) return false;
  const need = guardNeed(facts, settings, host, guardFor);
  if (need !== "unknown") return need === "needed";
  const { guard, guardUnproved = false } = facts.live(host);
  return guard || guardUnproved;
}

/** Rule X5: the route of others for whose sake there is to be nothing of ours for the host, not even a guard. */
function foreignRouteFor(facts: Facts, settings: Settings, decision: HostDecision): NamedRoute | undefined {
  const { host, guardFor, serving } = decision;
  const guarded = guardFor?.kind === "namespace" ? guardFor.namespace : undefined;
  if (serving === undefined && guardFor === undefined) return undefined;
  return foreignRoute(facts, settings, host, serving ?? guarded);
}

function coverRefusal({ source, match: { path } }: PlannedRoute): SourceRefusal {
  return { source, reason: "WildcardUnsupported", message: conditionMessages.wildcardUnsupported, path, refused: 1 };
}

function uniqueRefs(refs: readonly SourceRef[]): readonly SourceRef[] {
  return [...new Map(refs.map((ref) => [sourceKey(ref), ref])).values()];
}
