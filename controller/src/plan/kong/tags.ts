import type { Settings } from "../../decide/settings.ts";

/** Prefixes of the tags that lead from a Kong entity back to the Kubernetes object it was made for. */
const prefixes = { namespace: "k8s-namespace:", kind: "k8s-kind:", name: "k8s-name:" } as const;

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

/** The namespace that a tagged entity was made for; undefined if no tag says so. */
export function taggedNamespace(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag.startsWith(prefixes.namespace))?.slice(prefixes.namespace.length);
}
