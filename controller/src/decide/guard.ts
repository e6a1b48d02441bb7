import type { Host } from "@domain-claims/crds/hostname";
import { coversOf } from "../world/covers.ts";
import type { Facts } from "../world/facts.ts";
import { catchAll } from "../world/source-hosts.ts";
import { isOurs } from "./source-class.ts";
import type { Settings } from "./settings.ts";
import { currentHolder } from "./eligibility.ts";

/**
 * Whether a host that `namespace` holds, or is about to, needs a guard route (rule L2b): something that would serve the
 * host in its stead, a live wildcard one level up or a catch-all, belongs to another namespace, or still has routes of
 * another namespace in Kong.
 */
export function needsGuard(facts: Facts, settings: Settings, host: Host, namespace: string): boolean {
  return coversOf(host).some((cover) =>
    [...liveNamespaces(facts, cover), ...servingNamespaces(facts, settings, cover)].some(
      (other) => other !== namespace,
    ),
  );
}

/** The namespaces whose routes for the host are in Kong; while that is not known, its holder's may be: it holds until they are gone. */
function liveNamespaces(facts: Facts, host: Host): readonly string[] {
  if (facts.kong.synced) return facts.live(host).namespaces;
  const holder = facts.record(host)?.holder;
  return holder === undefined ? [] : [holder.namespace];
}

/** The namespaces that may serve the host and have an Ingress of ours for it. */
function servingNamespaces(facts: Facts, settings: Settings, host: Host): readonly string[] {
  return allowedNamespaces(facts, settings, host).filter((namespace) =>
    facts.ingressesFor(namespace, host).some((ingress) => isOurs(facts, settings, ingress)),
  );
}

/** The namespaces that may serve the host: its holder's, or for the catch-all the administrator's list. */
function allowedNamespaces(facts: Facts, settings: Settings, host: Host): readonly string[] {
  if (host === catchAll) return settings.catchAllNamespaces;
  const held = currentHolder(facts, settings, host);
  return held.kind === "held" ? [held.claim.namespace] : [];
}
