import type { Host } from "@domain-claims/crds/hostname";
import type { Settings } from "../../decide/settings.ts";

/** Prefixes of the tags that lead from a Kong entity back to the Kubernetes object it was made for. */
const prefixes = { namespace: "k8s-namespace:", kind: "k8s-kind:", name: "k8s-name:", host: "domain-host:" } as const;

/** The tags of an entity: our own first, then where it comes from, sorted as Kong's answers are compared. */
export function tagsOf(
  settings: Settings,
  origin: { readonly kind: string; readonly namespace: string; readonly name: string },
): readonly string[] {
  return [
    settings.kongTag,
    prefixes.kind + origin.kind,
    prefixes.namespace + origin.namespace,
    prefixes.name + origin.name,
  ].sort();
}

/** The tag that says which host an entity was made for. */
export function hostTag(host: Host): string {
  return prefixes.host + host;
}

/** The namespace that a tagged entity was made for; undefined if no tag says so. */
export function taggedNamespace(tags: readonly string[]): string | undefined {
  return tagged(tags, prefixes.namespace);
}

/** The host that a tagged entity was made for; undefined if no tag says so. */
export function taggedHost(tags: readonly string[]): Host | undefined {
  return tagged(tags, prefixes.host) as Host | undefined;
}

function tagged(tags: readonly string[], prefix: string): string | undefined {
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}
