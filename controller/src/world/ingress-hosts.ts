import { parseHost } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Ingress, IngressRule } from "./types.ts";

/** Stands for "any host" where a host is expected: a rule without host, or a default backend. */
export const catchAll = "" as Host;

/** The annotation that adds hosts to every rule of an Ingress (Kong Ingress Controller's `konghq.com/host-aliases`). */
export const hostAliases = "konghq.com/host-aliases";

/** A host that an Ingress names, with the rules that speak for it; or a text that is no host, with the reason. */
export type NamedHost =
  | { readonly host: Host; readonly rules: readonly IngressRule[] }
  | { readonly invalid: string; readonly message: string };

/**
 * Every host that an Ingress names, canonical, each once and in the order of the Ingress: those of its rules, the aliases
 * (which take the rules of all named hosts), and {@link catchAll} for rules without host and for the default backend.
 */
export function namedHosts(ingress: Ingress): readonly NamedHost[] {
  const rulesByHost = new Map<Host, IngressRule[]>();
  const invalid: NamedHost[] = [];
  const add = (text: string, rules: readonly IngressRule[]): void => {
    const parsed = text === "" ? { ok: true as const, host: catchAll } : parseHost(text);
    if (!parsed.ok) invalid.push({ invalid: text, message: parsed.problem.message });
    else rulesByHost.set(parsed.host, [...(rulesByHost.get(parsed.host) ?? []), ...rules]);
  };
  for (const rule of ingress.rules) add(rule.host ?? "", [rule]);
  const named = ingress.rules.filter((rule) => rule.host !== undefined && rule.host !== "");
  for (const alias of aliases(ingress)) add(alias, named);
  if (ingress.defaultBackend !== undefined) {
    add("", [{ host: undefined, paths: [{ path: "/", pathType: "Prefix", backend: ingress.defaultBackend }] }]);
  }
  return [...[...rulesByHost].map(([host, rules]) => ({ host, rules })), ...invalid];
}

function aliases(ingress: Ingress): readonly string[] {
  const text = ingress.annotations[hostAliases] ?? "";
  return text
    .split(",")
    .map((alias) => alias.trim())
    .filter((alias) => alias !== "");
}
