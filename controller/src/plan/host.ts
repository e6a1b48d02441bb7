import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import { sourceMessages } from "@domain-claims/crds/messages/sources";
import type { SourceReason } from "@domain-claims/crds/reasons";
import { foreignRoute } from "../decide/foreign.ts";
import { guardNeed } from "../decide/guard.ts";
import type { GuardNeed } from "../decide/guard.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import { hasHttps } from "../decide/has-https.ts";
import { formerNames, namesLeftBehind } from "../decide/rename.ts";
import { gaveWayTo } from "../decide/redirect.ts";
import type { RedirectRefusal } from "../decide/redirect.ts";
import { isOurs } from "../decide/source-class.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import type { Live, NamedRoute } from "../world/kong-state.ts";
import { pathsFor, pathsWithin } from "../world/source-hosts.ts";
import { byAge } from "../world/compare.ts";
import { matchKey, sourceKey, sourceName } from "../world/source.ts";
import type { SourceRef } from "../world/source.ts";
import { backendOf, isBarred } from "./backend.ts";
import { isForHttpsAlone, overHttps } from "./https.ts";
import { keptOut, restrictionsOf } from "./kept-out.ts";
import { challenges, planRedirect, redirectedSources } from "./redirect.ts";
import { planRename, redirectOfRename, renamedSources } from "./rename.ts";
import { takingOver } from "./standby.ts";
import { stayingOf } from "./staying.ts";
import type { AskedPath, Asking } from "./staying.ts";
import { noTls, planTls } from "./tls.ts";
import type { HostRoutes, NamedSource, PlannedRedirect, PlannedRoute, Refusal } from "./route.ts";

/** What the gateway should have for the host, given who may serve it: the paths of the holder's sources, and the guard. */
export function planHost(facts: Facts, settings: Settings, decision: HostDecision): HostRoutes {
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

  // A route for many hosts is nobody's until it is known which of them may pass (rules L2a and L2b).
  const covering = (host === anyHost || isWildcard(host)) && (served.length > 0 || redirect !== undefined);
  const unsupported = covering && facts.kong.synced && !facts.kong.preFunction;
  const isLive = (namespace: string): boolean => facts.live(host).namespaces.includes(namespace);
  const waitsForGuards =
    covering && namespaces.some((namespace) => !isLive(namespace) && facts.hasUnguarded(host, namespace));
  const guardsWithheld = waitsForGuards && namespaces.some((namespace) => facts.hasWithheld(host, namespace));
  const foreign = foreignRouteFor(facts, settings, decision);
  const takesOver =
    foreign === undefined && !unsupported ? takingOver(facts, settings, decision, redirect, served) : undefined;
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
  const serves = served.length > 0 || redirect !== undefined;
  const tls =
    host === anyHost || serving === undefined || foreign !== undefined
      ? noTls
      : planTls(facts, settings, host, { namespace: serving, serves, stays });
  const secured = host === anyHost ? { routes: served, refusals: [] } : overHttps(facts, host, served, tls);
  const guarded =
    foreign === undefined &&
    guardFor !== undefined &&
    isGuarded(guardNeed(facts, settings, host, guardFor), () => facts.live(host));
  return {
    host,
    routes: unsupported || heldBack ? [] : secured.routes,
    redirect: heldBack ? undefined : redirect,
    standby: foreign === undefined ? (takesOver ?? renamesTo) : undefined,
    staying,
    redirectedBy: asked === undefined || asked.claim.renamed === true ? undefined : asked.claim.generation,
    redirectRefusal: asked?.ok === false ? asked : undefined,
    rename: { ...rename, gaveWayTo: gaveWay },
    guard: guarded ? guardFor : undefined,
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

/** Where it is not known whether a guard is needed, one that Kong has stays, and none is written. */
function isGuarded(need: GuardNeed, live: () => Pick<Live, "guard" | "guardUnproved">): boolean {
  if (need !== "unknown") return need === "needed";
  const { guard, guardUnproved = false } = live();
  return guard || guardUnproved;
}

/** Rule X5: the route of others for whose sake there is to be nothing of ours for the host, not even a guard. */
function foreignRouteFor(facts: Facts, settings: Settings, decision: HostDecision): NamedRoute | undefined {
  const { host, guardFor, serving } = decision;
  const guarded = guardFor?.kind === "namespace" ? guardFor.namespace : undefined;
  if (serving === undefined && guardFor === undefined) return undefined;
  return foreignRoute(facts, settings, host, serving ?? guarded);
}

/** What of a namespace asks for the host by these names. */
function askingIn(
  facts: Facts,
  settings: Settings,
  host: RouteHost,
  namespace: string,
  names: readonly RouteHost[],
): Asking {
  const sources = names.flatMap((as) => namedSources(facts, settings, [namespace], as));
  const { asked, barred, open } = servedPaths(facts, settings, host, sources);
  return {
    asked,
    barred,
    open,
    restricts: names.some((as) =>
      facts
        .sourcesFor(namespace, as)
        .some((source) => isOurs(facts, settings, source) && restrictionsOf(settings, source).length > 0),
    ),
  };
}

/** The sources that name a host by this name and are served, oldest first. */
function namedSources(
  facts: Facts,
  settings: Settings,
  namespaces: readonly string[],
  as: RouteHost,
): readonly NamedSource[] {
  return namespaces
    .flatMap((namespace) => facts.sourcesFor(namespace, as))
    .filter((source) => isOurs(facts, settings, source) && keptOut(facts, settings, source).length === 0)
    .sort(byAge)
    .map((source) => ({ source, as }));
}

/** What of its sources a host serves. */
interface ServedPaths {
  readonly served: readonly PlannedRoute[];
  readonly refusals: readonly Refusal[];
  /** The keys of the paths that are served. */
  readonly keys: ReadonlySet<string>;
  /** All paths that were looked at. */
  readonly asked: readonly AskedPath[];
  /** Those of them whose Services may not be served. */
  readonly barred: readonly AskedPath[];
  /** Those of them that are for HTTP, too. */
  readonly open: readonly AskedPath[];
}

function servingNothing(refusals: readonly Refusal[]): ServedPaths {
  return { served: [], refusals, keys: new Set(), asked: [], barred: [], open: [] };
}

/**
 * Goes through the sources, oldest first, those that name the host itself before those that have a name of before: each path
 * is served by the first that has it, and no more than are allowed.
 */
function servedPaths(facts: Facts, settings: Settings, host: RouteHost, named: readonly NamedSource[]): ServedPaths {
  const served = new Map<string, PlannedRoute>();
  const refusals: Refusal[] = [];
  const asked: AskedPath[] = [];
  const barred: AskedPath[] = [];
  const open: AskedPath[] = [];
  let taken = 0;
  for (const { source, as } of named) {
    const { kind, namespace, name, options } = source;
    const ref: SourceRef = { kind, namespace, name };
    const refuse = (reason: SourceReason, message: string, path?: string, refused = 1): void =>
      void refusals.push({ source: ref, reason, message, path, refused });
    const { paths, routes, left } = pathsWithin(source, as, settings.pathsPerHost - taken);
    taken += routes;
    const told = new Set<string>();
    for (const path of paths) {
      const key = matchKey(path.match);
      const asks = { source: ref, match: path.match };
      asked.push(asks);
      if (!isForHttpsAlone(source)) open.push(asks);
      const first = served.get(key);
      if (first !== undefined) {
        // What names the new name itself stands before what has the old one: nobody has to be told.
        if (as === host && !isSame(first.source, ref)) {
          const message = sourceMessages.pathConflict(host, path.text, first.source.kind, sourceName(first.source));
          refuse("PathConflict", message, path.text);
        }
        continue;
      }
      const found = backendOf(facts, settings, source, host, path);
      if (!found.ok) {
        refuse(found.reason, found.message, path.text);
        if (found.reason === "ServiceRefused" || found.reason === "UnsupportedAnnotation") barred.push(asks);
        continue;
      }
      served.set(key, { match: path.match, backend: found.backend, options, source: ref });
      for (const { reason, message } of found.problems) {
        if (!told.has(message)) refuse(reason, message, path.text, 0);
        told.add(message);
      }
    }
    if (left > 0)
      refuse("TooManyPaths", sourceMessages.tooManyPaths(host, settings.pathsPerHost, left), undefined, left);
  }
  return { served: [...served.values()], refusals, keys: new Set(served.keys()), asked, barred, open };
}

function coverRefusal({ source, match: { path } }: PlannedRoute): Refusal {
  return { source, reason: "WildcardUnsupported", message: conditionMessages.wildcardUnsupported, path, refused: 1 };
}

function uniqueRefs(refs: readonly SourceRef[]): readonly SourceRef[] {
  return [...new Map(refs.map((ref) => [sourceKey(ref), ref])).values()];
}

function isSame(a: SourceRef, b: SourceRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
