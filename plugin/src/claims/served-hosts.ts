import type { V1Ingress } from "@kubernetes/client-node";
import type { Host } from "@domain-claims/crds/host";
import { parseHost } from "@domain-claims/crds/lazy-hostname";

import { classNameOf } from "./class-problem.ts";

/** Hosts that Ingresses of one namespace serve: which Ingresses, by name. */
export interface ServedHost {
  readonly host: Host;
  readonly namespace: string;
  readonly ingresses: readonly string[];
  /** When the oldest of them was made; undefined where none says it. */
  readonly since?: string | undefined;
}

/** What of an Ingress no claim can be for. */
export interface Unclaimable {
  /** `namespace/name` of the Ingress. */
  readonly ingress: string;
  /** A sentence for each host; as many as a tenant writes. */
  readonly why: readonly string[];
}

const aliasesAnnotation = "konghq.com/host-aliases";

/**
 * The hosts that Ingresses serve, each once for each namespace, sorted: of their rules, and of `konghq.com/host-aliases` where
 * there is a rule with a host. With `className`, of the Ingresses of that class alone.
 */
export async function servedHosts(
  ingresses: readonly V1Ingress[],
  className: string | undefined,
): Promise<{ readonly served: readonly ServedHost[]; readonly unclaimable: readonly Unclaimable[] }> {
  const found = new Map<string, { host: Host; namespace: string; ingresses: Set<string>; since: string | undefined }>();
  const unclaimable: Unclaimable[] = [];
  for (const ingress of ingresses) {
    if (className !== undefined && classNameOf(ingress) !== className) continue;
    const { namespace = "", name = "", creationTimestamp } = ingress.metadata ?? {};
    const made = creationTimestamp === undefined ? undefined : String(creationTimestamp);
    const why: string[] = [];
    for (const text of hostTexts(ingress)) {
      const parsed = text === undefined ? undefined : await parseHost(text);
      if (parsed === undefined) why.push("a rule without a host, or a default backend, is for every host: no claim is");
      else if (!parsed.ok) why.push(parsed.problem.message);
      else {
        const key = `${parsed.host} ${namespace}`;
        const entry = found.get(key) ?? { host: parsed.host, namespace, ingresses: new Set<string>(), since: made };
        found.set(key, entry);
        if (made !== undefined && (entry.since === undefined || made < entry.since)) entry.since = made;
        entry.ingresses.add(name);
      }
    }
    if (why.length > 0) unclaimable.push({ ingress: `${namespace}/${name}`, why });
  }
  const served = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return { served: served.map((one) => ({ ...one, ingresses: [...one.ingresses].sort() })), unclaimable };
}

/** Each host once, as it is written; undefined stands for every host. */
function hostTexts({ metadata, spec }: V1Ingress): readonly (string | undefined)[] {
  const rules = (spec?.rules ?? []).map(({ host }) => host || undefined);
  const aliases = rules.some((host) => host !== undefined)
    ? (metadata?.annotations?.[aliasesAnnotation] ?? "").split(",").map((text) => text.trim())
    : [];
  const named = [...rules, ...aliases.filter((text) => text !== "")];
  return [...new Set(spec?.defaultBackend === undefined ? named : [...named, undefined])];
}
