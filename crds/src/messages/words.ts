/**
 * What the sentences have in common that go with the reasons: what happened, to which object, and who can do what next. They
 * are read in `kubectl describe`, in events and in `kubectl domain explain`. Hosts are shown with their U-labels beside them.
 */
import { anyHost, display } from "../hostname.ts";
import type { Host, RouteHost } from "../hostname.ts";

/** A claim as messages name it. */
export interface Named {
  readonly kind: "primary" | "shared";
  readonly namespace: string;
  readonly name: string;
}

/** A claim in a sentence. */
export const named = (claim: Named): string => `the ${claim.kind} claim ${claim.name} in namespace ${claim.namespace}`;

/** One of them, as a sentence says it: `a, b or c`. */
export const alternatives = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} or ${items.at(-1) ?? ""}`;

/** How many names a sentence lists: a status has room for 4,096 characters. */
export const mostNamed = 10;

/** The first names, and how many more there are. */
export const some = (names: readonly string[]): string =>
  names.slice(0, mostNamed).join(", ") +
  (names.length > mostNamed ? ` and ${String(names.length - mostNamed)} more` : "");

/** Hosts from one to the next, as redirects lead; long chains are cut in the middle. */
export const hostChain = (hosts: readonly Host[]): string =>
  (hosts.length <= mostNamed ? hosts : [...hosts.slice(0, mostNamed - 2), "...", ...hosts.slice(-1)]).join(" -> ");

/** A host and a path of it, as a sentence begins. */
export function at(host: RouteHost, path: string): string {
  return host === anyHost ? `${path} of any host` : `${display(host)}${path}`;
}

/** A host of which only the certificate is meant. */
export function overTls(host: Host): string {
  return `https://${display(host)}`;
}

/** A host, or that it is any, as a sentence begins. */
export function shown(host: RouteHost): string {
  return host === anyHost ? "any host" : display(host);
}

/** A time as people write it, in the largest unit that it is a whole number of. */
export function inWords(ms: number): string {
  const units = [
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
  ] as const;
  const [size, unit] = units.find(([one]) => ms % one === 0) ?? [1000, "second"];
  const count = ms / size;
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}
