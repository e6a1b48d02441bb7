import { anyHost } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { coversOf } from "../world/covered.ts";
import type { Facts } from "../world/facts.ts";
import { foreignRoute } from "./foreign.ts";
import { redirectingClaim } from "./redirect.ts";
import { isOurs } from "./source-class.ts";
import type { Settings } from "./settings.ts";
import { currentHolder } from "./eligibility.ts";

/** For whom a host is kept from others' wildcards: a namespace, or nobody at all (a reserved name, rule H5). */
export type GuardedFor = { readonly kind: "namespace"; readonly namespace: string } | { readonly kind: "nobody" };

/**
 * Whether a host needs a guard route. `unknown`: what might need one is not in Kong, but the gateway has not proved yet in
 * this term what it has in effect. A guard that stands then stays, and without one the host is given to nobody.
 */
export type GuardNeed = "needed" | "unknown" | "none";

/** How it stands with a host's guard: it needs none, has the one that it needs or may need, or has none yet. */
export type GuardState = "unneeded" | "stands" | "missing";

/** Rule L2b: where the guard is missing, the host is given to nobody yet. */
export function guardState(facts: Facts, settings: Settings, host: Host, guarded: GuardedFor): GuardState {
  if (guardNeed(facts, settings, host, guarded) === "none") return "unneeded";
  return facts.live(host).guard ? "stands" : "missing";
}

/**
 * Whether a host that a namespace holds or is about to, or that nobody is to have, needs a guard route (rule L2b):
 * something that would serve the host in its stead, a live wildcard one level up or a catch-all, belongs to another
 * namespace, or still has routes of another namespace in Kong.
 */
export function guardNeed(facts: Facts, settings: Settings, host: RouteHost, guarded: GuardedFor): GuardNeed {
  const isOther = (namespace: string): boolean => guarded.kind === "nobody" || namespace !== guarded.namespace;
  const covers = coversOf(host);
  const serves = covers.some((cover) =>
    [...liveNamespaces(facts, cover), ...servingNamespaces(facts, settings, cover)].some(isOther),
  );
  if (serves) return "needed";
  if (facts.kong.unproved !== true) return "none";
  return covers.some((cover) => holdingNamespaces(facts, settings, cover).some(isOther)) ? "unknown" : "none";
}

/** The namespaces whose routes for the host are in Kong; while that is not known, its holder's may be: it holds until they are gone. */
function liveNamespaces(facts: Facts, host: RouteHost): readonly string[] {
  if (facts.kong.synced) return facts.live(host).namespaces;
  return host === anyHost ? [] : recordedHolder(facts, host);
}

/** The namespaces whose routes for the host the gateway may have in effect: a record outlasts its routes. */
function holdingNamespaces(facts: Facts, settings: Settings, host: RouteHost): readonly string[] {
  return host === anyHost ? settings.catchAllNamespaces : recordedHolder(facts, host);
}

function recordedHolder(facts: Facts, host: Host): readonly string[] {
  const holder = facts.record(host)?.holder;
  return holder === undefined ? [] : [holder.namespace];
}

/** The namespaces that may serve the host, are not kept from it by a route of others, and have a redirect or a source of ours for it. */
function servingNamespaces(facts: Facts, settings: Settings, host: RouteHost): readonly string[] {
  return allowedNamespaces(facts, settings, host).filter(
    (namespace) =>
      foreignRoute(facts, settings, host, namespace) === undefined &&
      ((host !== anyHost && redirectingClaim(facts, host) !== undefined) ||
        facts.sourcesFor(namespace, host).some((source) => isOurs(facts, settings, source))),
  );
}

/** The namespaces that may serve the host: its holder's, or for any host the administrator's list. */
function allowedNamespaces(facts: Facts, settings: Settings, host: RouteHost): readonly string[] {
  if (host === anyHost) return settings.catchAllNamespaces;
  const held = currentHolder(facts, settings, host);
  return held.kind === "held" ? [held.claim.namespace] : [];
}
