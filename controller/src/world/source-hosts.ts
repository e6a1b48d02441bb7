import { parseHost } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import type { Ingress, IngressRule } from "./types.ts";

/** Stands for "any host" where a host is expected: a rule without host, or a default backend. */
export const catchAll = "" as Host;

/** The annotation that adds hosts to every rule of an Ingress (Kong Ingress Controller's `konghq.com/host-aliases`). */
export const hostAliases = "konghq.com/host-aliases";

/** What an Ingress names in the place of hosts. */
export interface NamedHosts {
  /**
   * Every host, canonical and once: those of the rules, the aliases, and {@link catchAll} for rules without host and for
   * the default backend.
   */
  readonly hosts: ReadonlySet<Host>;
  /** The texts that are no hosts, and why. */
  readonly invalid: readonly { readonly text: string; readonly message: string }[];
}

/** How an Ingress was read. */
interface Reading extends NamedHosts {
  readonly own: ReadonlyMap<Host, readonly IngressRule[]>;
  readonly aliases: ReadonlySet<Host>;
  /** The rules with a host, which speak for every alias. */
  readonly named: readonly IngressRule[];
}

/** Each Ingress is read once: one with thousands of hosts is asked for each of them. */
const readings = new WeakMap<Ingress, Reading>();

/** What the Ingress names. */
export function namedHosts(ingress: Ingress): NamedHosts {
  return readingOf(ingress);
}

/** The rules that speak for a host: its own in the order of the Ingress, and for an alias those of all named hosts. */
export function rulesFor(ingress: Ingress, host: Host): readonly IngressRule[] {
  const { own, aliases, named } = readingOf(ingress);
  const rules = own.get(host) ?? [];
  return aliases.has(host) ? [...rules, ...named] : rules;
}

function readingOf(ingress: Ingress): Reading {
  const known = readings.get(ingress) ?? read(ingress);
  readings.set(ingress, known);
  return known;
}

function read(ingress: Ingress): Reading {
  const own = new Map<Host, IngressRule[]>();
  const aliases = new Set<Host>();
  const invalid: { text: string; message: string }[] = [];
  const withHost = (text: string, use: (host: Host) => void): void => {
    const parsed = text === "" ? { ok: true as const, host: catchAll } : parseHost(text);
    if (parsed.ok) use(parsed.host);
    else invalid.push({ text, message: parsed.problem.message });
  };
  const add = (host: Host, rule: IngressRule): void => {
    const rules = own.get(host);
    if (rules === undefined) own.set(host, [rule]);
    else rules.push(rule);
  };
  for (const rule of ingress.rules) withHost(rule.host ?? "", (host) => add(host, rule));
  for (const alias of aliasTexts(ingress)) withHost(alias, (host) => aliases.add(host));
  if (ingress.defaultBackend !== undefined) {
    add(catchAll, { host: undefined, paths: [{ path: "/", pathType: "Prefix", backend: ingress.defaultBackend }] });
  }
  const named = ingress.rules.filter((rule) => rule.host !== undefined && rule.host !== "");
  return { hosts: new Set([...own.keys(), ...aliases]), invalid, own, aliases, named };
}

function aliasTexts(ingress: Ingress): readonly string[] {
  const texts = (ingress.annotations[hostAliases] ?? "").split(",").map((alias) => alias.trim());
  return texts.filter((alias) => alias !== "");
}
