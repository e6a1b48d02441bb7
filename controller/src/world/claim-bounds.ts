import type { Host } from "@domain-claims/crds/hostname";
import { hostOfClaim } from "./claim-host.ts";
import { byAge, position } from "./compare.ts";
import type { FactKey } from "./keys.ts";
import { factKeys } from "./keys.ts";
import type { ClaimLimits } from "./limits.ts";
import { distinct } from "./reads.ts";
import type { Claim } from "./claim.ts";
import type { Holder } from "./host-record.ts";

/** A claim's place in line. */
interface Place {
  readonly created: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly host: Host;
}

/** Which bound a claim does not fit into, and how many do. */
export interface Excess {
  readonly of: "claims" | "waiting";
  readonly most: number;
}

/**
 * Which claims are more than their namespace may have (rule X1), by two lines of each namespace, the oldest first: of all
 * claims, and of those that wait for a host which another claim holds. A holder is never too much, whatever comes after
 * it. Who comes or goes moves one other claim over the bound at most, so that a change costs the same however many there
 * are; a host that is taken or given up moves those that ask for it.
 */
export class ClaimBounds {
  readonly #limits: ClaimLimits;
  readonly #holderOf: (host: Host) => Holder | undefined;
  readonly #all = new Map<string, Line>();
  readonly #waiting = new Map<string, Line>();

  /** `holderOf` says who holds a host now. */
  constructor(limits: ClaimLimits, holderOf: (host: Host) => Holder | undefined) {
    this.#limits = limits;
    this.#holderOf = holderOf;
  }

  /** Takes one version of a claim for another, or for none; returns the keys of the facts that changed. */
  replace(before: Claim | undefined, now: Claim | undefined): readonly FactKey[] {
    const left = before === undefined ? undefined : placeOf(before);
    const came = now === undefined ? undefined : placeOf(now);
    if (left?.uid === came?.uid && left?.host === came?.host) return [];
    const moved: Place[] = [];
    if (left !== undefined) {
      moved.push(...this.#leave(left));
      for (const next of this.#lineOfAll(left).remove(left)) if (next !== left) moved.push(next, ...this.#settle(next));
    }
    if (came !== undefined) {
      const over = this.#lineOfAll(came).add(came);
      moved.push(came, ...this.#settle(came));
      for (const last of over) if (last !== came) moved.push(last, ...this.#settle(last));
    }
    if (left !== undefined) this.#tidy(left.namespace);
    return keysOf(moved);
  }

  /** Takes in that another claim holds the host than before, or none; `claims` are those for it, the oldest first. */
  heldAnew(claims: readonly Claim[], before: Holder | undefined, now: Holder | undefined): readonly FactKey[] {
    if (before?.uid === now?.uid) return [];
    const moved: Place[] = [];
    /** Namespaces of which all further claims are too much: for those nothing changes, however many they are. */
    const full = new Set<string>();
    for (const claim of claims) {
      const isHolder = claim.uid === before?.uid || claim.uid === now?.uid;
      if (!isHolder && full.has(claim.namespace)) continue;
      const place = placeOf(claim);
      if (place === undefined) continue;
      if (isHolder) moved.push(place);
      moved.push(...this.#settle(place));
      if (this.#isBeyond(place)) full.add(place.namespace);
    }
    return keysOf(moved);
  }

  /** The bound that the claim does not fit into; undefined for one that fits into both, and for a holder. */
  excess(claim: Claim): Excess | undefined {
    const place = placeOf(claim);
    const holder = place === undefined ? undefined : this.#holderOf(place.host);
    if (place === undefined || holder?.uid === place.uid) return undefined;
    const { claimsPerNamespace, waitingClaimsPerNamespace } = this.#limits;
    if (this.#isBeyond(place)) return { of: "claims", most: claimsPerNamespace };
    return holder !== undefined && this.#waiting.get(place.namespace)?.isBeyond(place) === true
      ? { of: "waiting", most: waitingClaimsPerNamespace }
      : undefined;
  }

  /** Has the claim wait in line if another holds its host; one that is too much already takes no place there. */
  #settle(place: Place): readonly Place[] {
    const holder = this.#holderOf(place.host);
    if (holder === undefined || holder.uid === place.uid || this.#isBeyond(place)) return this.#leave(place);
    return lineOf(this.#waiting, place.namespace, this.#limits.waitingClaimsPerNamespace).add(place);
  }

  /** True for one that is more than its namespace may have of all claims. */
  #isBeyond(place: Place): boolean {
    return this.#all.get(place.namespace)?.isBeyond(place) === true;
  }

  #leave(place: Place): readonly Place[] {
    const moved = this.#waiting.get(place.namespace)?.remove(place) ?? [];
    this.#tidy(place.namespace);
    return moved;
  }

  #lineOfAll({ namespace }: Place): Line {
    return lineOf(this.#all, namespace, this.#limits.claimsPerNamespace);
  }

  #tidy(namespace: string): void {
    for (const lines of [this.#all, this.#waiting]) if (lines.get(namespace)?.size === 0) lines.delete(namespace);
  }
}

/** Claims by age, of which so many fit. */
class Line {
  readonly #most: number;
  readonly #places: Place[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#places.length;
  }

  /** Adds the one, if it is not there; returns those that do not fit and did before, or were not there. */
  add(place: Place): readonly Place[] {
    const at = position(this.#places, place);
    if (this.#places[at]?.uid === place.uid) return [];
    this.#places.splice(at, 0, place);
    return this.#places.slice(Math.max(at, this.#most), Math.max(at, this.#most) + 1);
  }

  /** Removes the one, if it is there; returns those that did not fit, and do now or are not there any more. */
  remove(place: Place): readonly Place[] {
    const at = position(this.#places, place);
    if (this.#places[at]?.uid !== place.uid) return [];
    this.#places.splice(at, 1);
    return at >= this.#most ? [place] : this.#places.slice(this.#most - 1, this.#most);
  }

  /** True if so many are older that it does not fit. */
  isBeyond(place: Place): boolean {
    const first = this.#places[this.#most];
    return first !== undefined && byAge(place, first) >= 0;
  }
}

function lineOf(lines: Map<string, Line>, namespace: string, most: number): Line {
  const line = lines.get(namespace) ?? new Line(most);
  lines.set(namespace, line);
  return line;
}

/** Undefined for a claim without a host, which asks for nothing. */
function placeOf(claim: Claim): Place | undefined {
  const spec = hostOfClaim(claim);
  if (!spec.ok) return undefined;
  const { created, uid, namespace, name } = claim;
  return { created, uid, namespace, name, host: spec.host };
}

function keysOf(places: readonly Place[]): readonly FactKey[] {
  return distinct(places.map(({ namespace, name }) => factKeys.excess(namespace, name)));
}
