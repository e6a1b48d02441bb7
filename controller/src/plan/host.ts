import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { conditionMessages } from "@domain-claims/crds/messages/conditions";
import { foreignRoute } from "../decide/foreign.ts";
import { guardNeed } from "../decide/guard.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import { namesLeftBehind } from "../decide/former-names.ts";
import type { Settings } from "../decide/settings.ts";
import type { Facts } from "../world/facts.ts";
import type { NamedRoute } from "../world/kong-state.ts";
import { sourceKey } from "../world/source.ts";
import type { SourceRef } from "../world/source.ts";
import { askedFor } from "./asked.ts";
import { isBarred } from "./backend.ts";
import { overHttps } from "./https.ts";
import { redirectOfRename } from "./rename.ts";
import { askingIn } from "./served-paths.ts";
import { takingOver } from "./standby.ts";
import type { Standby } from "./standby.ts";
import { stayingOf } from "./staying.ts";
import type { Staying } from "./staying.ts";
import { noTls, planTls } from "./tls.ts";
import type { HostRoutes } from "./host-routes.ts";
import type { PlannedRoute, SourceRefusal, TargetNames } from "./route.ts";

/** What the gateway should have for the host, given who may serve it: the paths of the holder's sources, and the guard. */
export function planHost(
  facts: Facts,
  settings: Settings,
  decision: HostDecision,
  targetNames: TargetNames,
): HostRoutes {
  const { host, guardFor, serving } = decision;
  const { namespaces, names, paths, redirect: asked, rename } = askedFor(facts, settings, decision);
  const { served, refusals } = paths;
  const redirect = asked?.ok === true ? asked : undefined;
  const serves = served.length > 0 || redirect !== undefined;

  const cover = coverOf(facts, host, namespaces, serves);
  const { unsupported, waitsForGuards, guardsWithheld } = cover;
  const foreign = foreignRouteFor(facts, settings, decision);
  const takesOver =
    foreign === undefined && !unsupported ? takingOver(facts, targetNames, decision, redirect, served) : undefined;
  const renamesTo = redirectOfRename(facts, decision);
  const staying = stayingFor(facts, settings, decision, names, cover, takesOver);
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
    rename,
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

/** Rule X5: the route of others for whose sake there is to be nothing of ours for the host, not even a guard. */
function foreignRouteFor(facts: Facts, settings: Settings, decision: HostDecision): NamedRoute | undefined {
  const { host, guardFor, serving } = decision;
  const guarded = guardFor?.kind === "namespace" ? guardFor.namespace : undefined;
  if (serving === undefined && guardFor === undefined) return undefined;
  return foreignRoute(facts, settings, host, serving ?? guarded);
}

/** Which routes of before stay until `takesOver` is in effect; see {@link stayingOf}. Undefined: none for that. */
function stayingFor(
  facts: Facts,
  settings: Settings,
  { host, serving }: HostDecision,
  names: readonly Host[],
  cover: Cover,
  takesOver: Standby | undefined,
): Staying | undefined {
  const namesIn = (namespace: string): readonly Host[] => {
    if (namespace === serving) return names;
    return host === anyHost ? [] : namesLeftBehind(facts, host, namespace);
  };
  return stayingOf(
    facts,
    { host, serving, ...cover },
    takesOver,
    (namespace) => askingIn(facts, settings, host, namespace, [host, ...namesIn(namespace)]),
    (service) => isBarred(facts, settings, service),
  );
}

/** Where it is not known whether a guard is needed, one that Kong has stays, and none is written. */
function isGuarded(facts: Facts, settings: Settings, { host, guardFor }: HostDecision): boolean {
  if (guardFor === undefined) return false;
  const need = guardNeed(facts, settings, host, guardFor);
  if (need !== "unknown") return need === "needed";
  const { guard, guardUnproved = false } = facts.live(host);
  return guard || guardUnproved;
}

function coverRefusal({ source, match: { path } }: PlannedRoute): SourceRefusal {
  return { source, reason: "WildcardUnsupported", message: conditionMessages.wildcardUnsupported, path, refused: 1 };
}

function uniqueRefs(refs: readonly SourceRef[]): readonly SourceRef[] {
  return [...new Map(refs.map((ref) => [sourceKey(ref), ref])).values()];
}
