import { anyHost, wildcardFor } from "@domain-claims/crds/hostname";
import type { Host, RouteHost } from "@domain-claims/crds/hostname";
import { Counts } from "./groups.ts";
import type { FactKey } from "./keys.ts";

/**
 * What Kong would serve a request for the host with if the host itself had no route: the wildcard one level up, and the
 * any host. (Wildcards further up answer 404 for it by themselves, rule L2a.)
 */
export function coversOf(host: RouteHost): readonly RouteHost[] {
  if (host === anyHost) return [];
  const wildcard = wildcardFor(host);
  return wildcard === undefined ? [anyHost] : [wildcard, anyHost];
}

/** Hosts, counted by what would serve them in their holder's stead, and by that holder's namespace. */
export class Covered {
  readonly #counts = new Counts<RouteHost>();
  readonly #countedAs = new Map<Host, string>();
  readonly #keyOf: (cover: RouteHost) => FactKey;

  /** `keyOf` names the fact that is another when the namespaces counted below a cover are. */
  constructor(keyOf: (cover: RouteHost) => FactKey) {
    this.#keyOf = keyOf;
  }

  /** Counts the host as that namespace's from now on, undefined: not at all; returns the keys of the facts that changed. */
  count(host: Host, now: string | undefined): readonly FactKey[] {
    const before = this.#countedAs.get(host);
    if (before === now) return [];
    const changed: FactKey[] = [];
    for (const cover of coversOf(host)) {
      if (before !== undefined && this.#counts.add(cover, before, -1)) changed.push(this.#keyOf(cover));
      if (now !== undefined && this.#counts.add(cover, now, 1)) changed.push(this.#keyOf(cover));
    }
    if (now === undefined) this.#countedAs.delete(host);
    else this.#countedAs.set(host, now);
    return changed;
  }

  /** True if a host of a namespace other than `namespace` counts which the cover would serve. */
  hasOther(cover: RouteHost, namespace: string): boolean {
    return this.#counts.hasOther(cover, namespace);
  }
}
