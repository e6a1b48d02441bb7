import { anyHost, hostOfRecord, recordName } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";

/** Prefixes of the tags that lead from a Kong entity back to the Kubernetes object it was made for. */
const prefixes = { namespace: "k8s-namespace:", kind: "k8s-kind:", name: "k8s-name:", host: "k8s-host:" } as const;

/** How any host is named where Kong has no place for `*`; a host has two labels at least. */
const any = "any";

/**
 * The tags of an entity: our own, where it comes from, and for a route what it was made for, whatever somebody else makes
 * of its `hosts`; sorted, as Kong's answers are compared.
 */
export function tagsOf(
  settings: Settings,
  origin: { readonly kind: string; readonly namespace?: string; readonly name: string },
  host?: RouteHost,
): readonly string[] {
  return [
    settings.kongTag,
    prefixes.kind + origin.kind,
    prefixes.name + origin.name,
    ...(origin.namespace === undefined ? [] : [prefixes.namespace + origin.namespace]),
    ...(host === undefined ? [] : [prefixes.host + hostName(host)]),
  ].sort();
}

/** A host as names and tags in Kong have it: `wc--any.acme.org` for `*.acme.org`. */
export function hostName(host: RouteHost): string {
  return host === anyHost ? any : recordName(host);
}

/** The namespace that a tagged entity was made for; undefined if no tag says so. */
export function taggedNamespace(tags: readonly string[]): string | undefined {
  return tagged(tags, prefixes.namespace);
}

/** The kind of the object that a tagged entity was made for: of a redirect the claim's; undefined if no tag says so. */
export function taggedKind(tags: readonly string[]): string | undefined {
  return tagged(tags, prefixes.kind);
}

/** The name of the object that a tagged entity was made for; undefined if no tag says so. */
export function taggedName(tags: readonly string[]): string | undefined {
  return tagged(tags, prefixes.name);
}

/** The host that a tagged route was made for; undefined if no tag says so. */
export function taggedHost(tags: readonly string[]): RouteHost | undefined {
  const name = tagged(tags, prefixes.host);
  return name === undefined ? undefined : name === any ? anyHost : hostOfRecord(name);
}

function tagged(tags: readonly string[], prefix: string): string | undefined {
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}
