import { anyHost, isWildcard } from "@domain-claims/crds/hostname";
import type { RouteHost } from "@domain-claims/crds/hostname";
import { mostWildcardLabels } from "../../decide/spec.ts";

/**
 * Values by the hosts of Kong's routes, as Kong reads them: `acme.org` is one host, `*.acme.org` every name below it
 * however deep, `acme.*` every name that begins so. Kong compares letters as they are and takes a port along; here a name
 * means the same in capitals, with a dot at its end and with a port.
 */
export class HostPatterns<T> {
  readonly #prefer: (a: T, b: T) => T;
  readonly #values = new Map<string, T>();
  /** The value of something below each name, as far as a wildcard of ours could stand there. */
  readonly #below = new Map<string, T>();
  /** The value of a pattern with the wildcard at its end: there is a name of it below every other name. */
  #behind: T | undefined;

  /** `prefer` says which of two values stays, where there are several for the same. */
  constructor(prefer: (a: T, b: T) => T) {
    this.#prefer = prefer;
  }

  /** How many patterns have a value. */
  get size(): number {
    return this.#values.size;
  }

  /** The value of exactly this pattern; undefined: it has none. */
  get(pattern: string): T | undefined {
    return this.#values.get(canonical(pattern));
  }

  /** Gives the pattern a value, beside which it may have others. */
  add(pattern: string, value: T): void {
    const name = canonical(pattern);
    this.#put(this.#values, name, value);
    for (const above of namesAbove(name)) this.#put(this.#below, above, value);
    if (name.endsWith(".*")) this.#behind = this.#behind === undefined ? value : this.#prefer(this.#behind, value);
  }

  /**
   * The value of the most exact pattern that names the host. For a wildcard: of one that names all that it covers, else of
   * one that names something below it, of which Kong might give it requests; undefined: none does.
   */
  find(host: RouteHost): T | undefined {
    if (host === anyHost) return undefined;
    for (const pattern of patternsFor(host)) {
      const value = this.#values.get(pattern);
      if (value !== undefined) return value;
    }
    return isWildcard(host) ? (this.#below.get(host.slice(2)) ?? this.#behind) : undefined;
  }

  /** Every pattern with its value. */
  entries(): IterableIterator<[string, T]> {
    return this.#values.entries();
  }

  #put(values: Map<string, T>, key: string, value: T): void {
    const known = values.get(key);
    values.set(key, known === undefined ? value : this.#prefer(known, value));
  }
}

/** The pattern as it is kept, which is its own canonical form. */
function canonical(pattern: string): string {
  return pattern.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
}

/** The names above the one that the pattern is or ends with, as many labels as a wildcard of ours leaves them at most. */
function* namesAbove(pattern: string): Generator<string> {
  const name = pattern.startsWith("*.") ? pattern.slice(2) : pattern;
  const labels = name.split(".");
  for (let i = Math.max(1, labels.length - mostWildcardLabels + 1); i < labels.length; i++) {
    yield labels.slice(i).join(".");
  }
}

/** The patterns that name the host: itself, then the wildcards in front of it, the longest first, then those behind it. */
function* patternsFor(host: string): Generator<string> {
  const wildcard = host.startsWith("*.");
  if (!wildcard) yield host;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) yield `*${host.slice(dot)}`;
  if (wildcard) return;
  for (let dot = host.lastIndexOf("."); dot > 0; dot = host.lastIndexOf(".", dot - 1)) yield `${host.slice(0, dot)}.*`;
}
