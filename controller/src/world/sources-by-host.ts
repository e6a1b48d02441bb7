import type { RouteHost } from "@domain-claims/crds/hostname";
import { byAge, position } from "./compare.ts";
import type { Source } from "./source.ts";

/** Sources of one namespace that may name one host: as many as a host may have paths, unless more are allowed. */
export const mostSources = 1_000;

/** The sources of each namespace that name a host, oldest first. */
export class SourcesByHost {
  readonly #lines = new Map<string, Source[]>();

  /** Adds the source, which is not there, to the host's. */
  add(host: RouteHost, source: Source): void {
    const key = keyOf(source.namespace, host);
    const line = this.#lines.get(key) ?? [];
    line.splice(position(line, source), 0, source);
    this.#lines.set(key, line);
  }

  /** Takes the source away from the host's, if it is there. */
  remove(host: RouteHost, source: Source): void {
    const key = keyOf(source.namespace, host);
    const line = this.#lines.get(key) ?? [];
    const at = line.indexOf(source, position(line, source));
    if (at >= 0) line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(key);
  }

  /** Those that count, oldest first. */
  of(namespace: string, host: RouteHost): readonly Source[] {
    return (this.#lines.get(keyOf(namespace, host)) ?? []).slice(0, mostSources);
  }

  /** True if so many are older that the source does not count for the host. */
  isBeyond(host: RouteHost, source: Source): boolean {
    const first = this.#lines.get(keyOf(source.namespace, host))?.[mostSources];
    return first !== undefined && byAge(source, first) >= 0;
  }
}

function keyOf(namespace: string, host: RouteHost): string {
  return `${namespace} ${host}`;
}
