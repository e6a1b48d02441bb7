import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import { byAge, position } from "./compare.ts";
import { distinct } from "./reads.ts";
import { routeCount } from "./source-hosts.ts";
import type { Source } from "./source.ts";

/** A source's place in line, and what it asks for. */
interface Place {
  readonly created: string;
  readonly uid: string;
  readonly routes: number;
}

/** The sources of a namespace and a class, oldest first, and the first one that does not fit. */
interface Crowd {
  readonly line: Place[];
  routes: number;
  first: Place | undefined;
}

/**
 * Which sources ask for more routes than their namespace may have (rule X1), among those of one class, since other classes
 * are other controllers': the oldest come first, and from the first that does not fit on all are left out. One that would
 * not fit by itself takes nobody's place. A change costs no more than the limit has places, however many sources there are.
 */
export class Crowds {
  readonly #limit: number;
  readonly #crowds = new Map<string, Crowd>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one source's place with another, or with none; returns the keys of the facts if others are left out than before. */
  replace(before: Source | undefined, now: Source | undefined): readonly FactKey[] {
    const touched: FactKey[] = [];
    if (before !== undefined) touched.push(this.#leave(before));
    if (now !== undefined) touched.push(this.#join(now));
    return distinct(touched).filter((key) => this.#recount(key));
  }

  /** True if the source does not fit into what its namespace may have. */
  isLeftOut(source: Source): boolean {
    if (routeCount(source) > this.#limit) return true;
    const first = this.#crowds.get(keyOf(source).subject)?.first;
    return first !== undefined && byAge(source, first) >= 0;
  }

  #join(source: Source): FactKey {
    const key = keyOf(source);
    const crowd: Crowd = this.#crowds.get(key.subject) ?? { line: [], routes: 0, first: undefined };
    this.#crowds.set(key.subject, crowd);
    const asked = routeCount(source);
    const routes = asked > this.#limit ? 0 : asked;
    crowd.line.splice(position(crowd.line, source), 0, { created: source.created, uid: source.uid, routes });
    crowd.routes += routes;
    return key;
  }

  #leave(source: Source): FactKey {
    const key = keyOf(source);
    const crowd = this.#crowds.get(key.subject);
    const at = crowd === undefined ? -1 : position(crowd.line, source);
    if (crowd?.line[at]?.uid !== source.uid) return key;
    const [place] = crowd.line.splice(at, 1);
    crowd.routes -= place?.routes ?? 0;
    return key;
  }

  /** Finds the first one that does not fit; true if it is another than before. */
  #recount(key: FactKey): boolean {
    const crowd = this.#crowds.get(key.subject);
    if (crowd === undefined) return false;
    if (crowd.line.length === 0) this.#crowds.delete(key.subject);
    const was = crowd.first;
    let routes = 0;
    const fits = crowd.routes <= this.#limit;
    crowd.first = fits ? undefined : crowd.line.find((place) => (routes += place.routes) > this.#limit);
    return was?.uid !== crowd.first?.uid;
  }
}

function keyOf(source: Source): FactKey {
  return factKeys.crowd(source.namespace, source.class?.name ?? "");
}
