import type { Host } from "@domain-claims/crds/hostname";
import type { CertificateAuthority } from "./certificate-authority.ts";

/**
 * What becomes of a name that is validated: it is, it is refused, its challenge gets nowhere, or is never met though all seems
 * well, or the order fails and nobody says that it was for this name. What can't be written gets nowhere, and can't be
 * cleaned up either.
 */
export type Validation = "valid" | "refused" | "stuck" | "unwritable" | "slow" | "mute";

const second = 1_000;
const hour = 3_600 * second;

/** How many challenges are worked on at once, and how many are begun in each second (cert-manager 1.21, `acmechallenges`). */
const places = 60;
const perPass = 20;

/** How long a challenge is worked on if all is well: the self-check of HTTP-01 looks five times, and waits two seconds between. */
export const selfCheckMs = 8 * second;

/** How long an order of so many names takes at most, where nothing else is in the queue and all are valid. */
export function orderMs(names: number): number {
  const passes = Math.ceil(names / perPass);
  const rounds = Math.floor((passes - 1) / (places / perPass));
  const passesBefore = (passes - 1) % (places / perPass);
  return (3 + passesBefore) * second + (rounds + 1) * selfCheckMs;
}

/** A challenge of one order. */
export interface Challenge {
  readonly host: Host;
  /** What has been found; undefined while it waits or is worked on. */
  found: "valid" | "refused" | "mute" | undefined;
  /** True while it holds a place. */
  started: boolean;
  /** When it is looked at next, in milliseconds since the epoch. */
  checkAt: number;
}

/** cert-manager's queue of challenges, one for all namespaces: they are begun in the order in which they were made. */
export class ChallengeQueue {
  readonly #authority: CertificateAuthority;
  readonly #challengeMs: number;
  readonly #validation: (host: Host) => Validation;
  #waiting: Challenge[] = [];
  readonly #working = new Set<Challenge>();
  #passAt = 0;

  /** A challenge that is met takes `challengeMs`. */
  constructor(authority: CertificateAuthority, challengeMs: number, validation: (host: Host) => Validation) {
    this.#authority = authority;
    this.#challengeMs = challengeMs;
    this.#validation = validation;
  }

  /** Adds a challenge for each of the hosts. */
  add(hosts: readonly Host[]): readonly Challenge[] {
    const made = hosts.map((host): Challenge => ({ host, found: undefined, started: false, checkAt: Infinity }));
    this.#waiting.push(...made);
    return made;
  }

  /** The challenges' order is given up: their places are free, but for what can't be cleaned up. */
  drop(challenges: readonly Challenge[]): void {
    const gone = new Set(challenges);
    this.#waiting = this.#waiting.filter((challenge) => !gone.has(challenge));
    for (const challenge of gone) if (!this.keepsPlace(challenge)) this.#working.delete(challenge);
  }

  /** True for a challenge that is worked on, and holds up its order. */
  isStuck({ found, host, started }: Challenge): boolean {
    return started && found === undefined && ["stuck", "unwritable"].includes(this.#validation(host));
  }

  /** True for a challenge that can't be cleaned up. */
  keepsPlace({ host }: Challenge): boolean {
    return this.#validation(host) === "unwritable";
  }

  /** How many hold a place. */
  get held(): number {
    return this.#working.size;
  }

  /** When something will happen by itself, in milliseconds since the epoch. */
  nextAt(): number {
    let next = this.#next().length > 0 ? this.#passAt : Infinity;
    for (const { checkAt } of this.#working) next = Math.min(next, checkAt);
    return next;
  }

  /** Does what is due. */
  advance(now: number): void {
    for (const challenge of this.#working) if (challenge.checkAt <= now) this.#check(challenge, now);
    if (now < this.#passAt) return;
    this.#passAt = (Math.floor(now / second) + 1) * second;
    const begun = new Set(this.#next());
    this.#waiting = this.#waiting.filter((challenge) => !begun.has(challenge));
    for (const challenge of begun) {
      Object.assign(challenge, { started: true, checkAt: now + this.#challengeMs });
      this.#working.add(challenge);
    }
  }

  /** Those that are begun next: two of one name are never worked on at once. */
  #next(): readonly Challenge[] {
    const free = Math.min(perPass, places - this.#working.size);
    if (free <= 0 || this.#waiting.length === 0) return [];
    const busy = new Set([...this.#working].map(({ host }) => host));
    return this.#waiting.filter(({ host }) => !busy.has(host)).slice(0, free);
  }

  #check(challenge: Challenge, now: number): void {
    const validation = this.#validation(challenge.host);
    if (validation === "valid" || validation === "refused" || validation === "mute") {
      challenge.found = validation;
      if (validation === "valid") this.#authority.validate(challenge.host, now);
      this.#working.delete(challenge);
    } else challenge.checkAt = now + hour;
  }
}
