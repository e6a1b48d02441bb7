import { anyHost } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";

/**
 * Values by the hosts of Kong's routes, as Kong reads them: `acme.org` is one host, `*.acme.org` every name below it
 * however deep, `acme.*` every name that begins so. Kong compares letters as they are and takes a port along; here a name
 * means the same in capitals, with a dot at its end and with a port.
 */
export class HostPatterns<T> {
  readonly #values = new Map<string, T>();

  /** How many patterns have a value. */
  get size(): number {
    return this.#values.size;
  }

  /** The value of exactly this pattern. */
  get(pattern: string): T | undefined {
    return this.#values.get(canonical(pattern));
  }

  /** Gives the pattern a value. */
  set(pattern: string, value: T): void {
    this.#values.set(canonical(pattern), value);
  }

  /** The value of the most exact pattern that names the host; for a wildcard, one that names all that it covers. */
  find(host: RouteHost): T | undefined {
    if (host === anyHost) return undefined;
    for (const pattern of patternsFor(host)) {
      const value = this.#values.get(pattern);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Every pattern with its value. */
  entries(): IterableIterator<[string, T]> {
    return this.#values.entries();
  }
}

/** The pattern as it is kept, which is its own canonical form. */
function canonical(pattern: string): string {
  return pattern.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
}

/** The patterns that name the host: itself, then the wildcards in front of it, the longest first, then those behind it. */
function* patternsFor(host: string): Generator<string> {
  const wildcard = host.startsWith("*.");
  if (!wildcard) yield host;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) yield `*${host.slice(dot)}`;
  if (wildcard) return;
  for (let dot = host.lastIndexOf("."); dot > 0; dot = host.lastIndexOf(".", dot - 1)) yield `${host.slice(0, dot)}.*`;
}
