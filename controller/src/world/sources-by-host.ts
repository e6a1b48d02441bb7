import type { RouteHost } from "@domain-claims/crds/hostname";
import { byAge, position } from "./compare.ts";
import type { Source } from "./source.ts";

/** Sources of one namespace that may name one host: as many as a host may have paths, unless more are allowed. */
export const mostSources = 1_000;

/** Where a source stands in the lines of its hosts: by its age, whatever it says by now. */
export interface Place {
  readonly created: string;
  readonly uid: string;
  source: Source;
}

/** The hosts in whose lines a place stands. */
interface Hosts {
  has(host: RouteHost): boolean;
  keys(): Iterable<RouteHost>;
}

/** The sources of each namespace that name a host, oldest first. */
export class SourcesByHost {
  readonly #lines = new Map<string, Place[]>();

  /** Has the place stand in the lines of these hosts, where it stood in those: what is in both costs nothing. */
  move(place: Place, from: Hosts, to: Hosts): void {
    const { namespace } = place.source;
    for (const host of from.keys()) if (!to.has(host)) this.#remove(keyOf(namespace, host), place);
    for (const host of to.keys()) if (!from.has(host)) this.#add(keyOf(namespace, host), place);
  }

  /** Those that count, oldest first. */
  of(namespace: string, host: RouteHost): readonly Source[] {
    const line = this.#lines.get(keyOf(namespace, host)) ?? [];
    return line.slice(0, mostSources).map(({ source }) => source);
  }

  /** True if so many are older that the source does not count for the host. */
  isBeyond(host: RouteHost, source: Source): boolean {
    const first = this.#lines.get(keyOf(source.namespace, host))?.[mostSources];
    return first !== undefined && byAge(source, first) >= 0;
  }

  #add(key: string, place: Place): void {
    const line = this.#lines.get(key) ?? [];
    line.splice(position(line, place), 0, place);
    this.#lines.set(key, line);
  }

  #remove(key: string, place: Place): void {
    const line = this.#lines.get(key) ?? [];
    const at = line.indexOf(place, position(line, place));
    if (at >= 0) line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(key);
  }
}

function keyOf(namespace: string, host: RouteHost): string {
  return `${namespace} ${host}`;
}
