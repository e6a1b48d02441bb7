import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import { byAge, position } from "./compare.ts";
import { routeCount } from "./source-hosts.ts";
import type { Source } from "./source.ts";

/** A source's place in line, and what it asks for. */
interface Place {
  readonly created: string;
  readonly uid: string;
  readonly routes: number;
}

/** The sources of a namespace, oldest first, and the first one that does not fit. */
interface Crowd {
  readonly line: Place[];
  routes: number;
  first: Place | undefined;
}

/**
 * Which sources ask for more routes than their namespace may have (rule X1): the oldest come first, and from the first that
 * does not fit on all are left out. One that would not fit by itself takes nobody's place. A change costs no more than the
 * limit has places, however many sources there are.
 */
export class Crowds {
  readonly #limit: number;
  readonly #byNamespace = new Map<string, Crowd>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one source's place with another, or with none; returns the key of the fact if others than before are left out. */
  replace(before: Source | undefined, now: Source | undefined): readonly FactKey[] {
    const namespace = (now ?? before)?.namespace;
    if (namespace === undefined) return [];
    const crowd: Crowd = this.#byNamespace.get(namespace) ?? { line: [], routes: 0, first: undefined };
    this.#byNamespace.set(namespace, crowd);
    if (before !== undefined) this.#leave(crowd, before);
    if (now !== undefined) this.#join(crowd, now);
    if (crowd.line.length === 0) this.#byNamespace.delete(namespace);
    const was = crowd.first;
    crowd.first = crowd.routes <= this.#limit ? undefined : this.#firstLeftOut(crowd.line);
    return was?.uid === crowd.first?.uid ? [] : [factKeys.crowd(namespace)];
  }

  /** True if the source does not fit into what its namespace may have. */
  isLeftOut(source: Source): boolean {
    if (routeCount(source) > this.#limit) return true;
    const first = this.#byNamespace.get(source.namespace)?.first;
    return first !== undefined && byAge(source, first) >= 0;
  }

  #join(crowd: Crowd, source: Source): void {
    const asked = routeCount(source);
    const routes = asked > this.#limit ? 0 : asked;
    crowd.line.splice(position(crowd.line, source), 0, { created: source.created, uid: source.uid, routes });
    crowd.routes += routes;
  }

  #leave(crowd: Crowd, source: Source): void {
    const at = position(crowd.line, source);
    if (crowd.line[at]?.uid !== source.uid) return;
    const [place] = crowd.line.splice(at, 1);
    crowd.routes -= place?.routes ?? 0;
  }

  #firstLeftOut(line: readonly Place[]): Place | undefined {
    let routes = 0;
    return line.find((place) => (routes += place.routes) > this.#limit);
  }
}
