import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Log } from "../../operations/logging/logger.ts";
import { errorText } from "../../operations/logging/logger.ts";
import type { Clock } from "../../time/clock.ts";
import { sleep } from "../../time/sleep.ts";
import type { Live } from "../../world/kong-state.ts";
import { compareText } from "../../world/compare.ts";

/** Says when what has been written to Kong is in effect in the gateway. */
export interface Prover {
  /** Resolves when everything that Kong has acknowledged before the call is in effect. Rejects when that can't be found out. */
  readonly prove: (signal: AbortSignal) => Promise<void>;
  /** For people: how it finds out. */
  readonly how: string;
  /** True if it asks the gateway itself. */
  readonly asks: boolean;
}

/** What Kong has acknowledged for a host, and the gateway has not proved. */
interface Unproved {
  /** The namespaces whose routes for the host were removed. */
  readonly leaving: Set<string>;
  /** True if the guard was written. */
  guard: boolean;
}

/** Whoever waits for a proof. */
interface Waiter {
  readonly proved: () => void;
  readonly failed: (() => void) | undefined;
}

/** What {@link Proof} needs. */
export interface ProofOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of the hosts of which something has been proved. */
  readonly onProved: (hosts: Iterable<RouteHost>) => void;
}

/** Milliseconds until it is tried again to prove something. */
const againMs = 1000;

/**
 * Kong acknowledges before it obeys: its workers take changes over by timers of their own, other nodes later still. Until
 * the gateway has proved that a change is in effect (rule X3), decisions take routes that were removed for live, and a guard
 * that was written for one that does not stand. One proof is under way at a time; it covers what was written before it
 * began, and the next one what has been written meanwhile.
 */
export class Proof {
  readonly #options: ProofOptions;
  #prover: Prover | undefined;
  /** By what each is about. */
  #waiters = new Map<string, Waiter>();
  /** Those for whom the proof is that is under way. */
  #asking = new Map<string, Waiter>();
  #waiting = new Map<RouteHost, Unproved>();
  #underWay = new Map<RouteHost, Unproved>();
  #since: number | undefined;
  #running = false;

  constructor(options: ProofOptions) {
    this.#options = options;
  }

  /** Says how it is found out from now on what is in effect; undefined: what Kong acknowledges is in effect at once. */
  useProver(prover: Prover | undefined): void {
    this.#prover = prover;
  }

  /**
   * Calls `proved` once it is proved that everything that Kong has acknowledged until now is in effect, and `failed` each time
   * that it could not be proved, and is tried again. Of several who wait for the same thing, which `about` names, the last one alone is
   * called: what was asked before it is over, and however often it is asked while the gateway is away, it takes no more room.
   */
  whenProved(about: string, proved: () => void, failed?: () => void): void {
    if (this.#prover === undefined) {
      proved();
      return;
    }
    this.#asking.delete(about);
    this.#waiters.set(about, { proved, failed });
    this.#since ??= this.#options.clock.monotonic();
    void this.#run();
  }

  /** What decisions are to take for live, of what Kong has for the host now and of what they took for live before. */
  live(host: RouteHost, has: Live, before: Live): Live {
    if (this.#prover === undefined) return has;
    const gone = before.namespaces.filter((namespace) => !has.namespaces.includes(namespace));
    for (const namespace of gone) if (!this.#isLeaving(host, namespace)) this.#mark(host).leaving.add(namespace);
    // What is there again, or is gone again, was not what the proof under way is about.
    for (const namespace of has.namespaces) this.#forgetLeaving(host, namespace);
    if (!has.guard) this.#forgetGuard(host);
    else if (!before.guard && !this.#isGuardUnproved(host)) this.#mark(host).guard = true;
    return this.proved(host, has);
  }

  /** What decisions are to take for live, of what Kong has for the host now, after a proof. */
  proved(host: RouteHost, has: Live): Live {
    const leaving = [...(this.#waiting.get(host)?.leaving ?? []), ...(this.#underWay.get(host)?.leaving ?? [])];
    const guardUnproved = has.guard && this.#isGuardUnproved(host);
    if (leaving.length === 0 && !guardUnproved) return has;
    const namespaces = [...new Set([...has.namespaces, ...leaving])].sort(compareText);
    return guardUnproved ? { ...has, namespaces, guard: false, guardUnproved } : { ...has, namespaces };
  }

  /** For people: how it is found out what is in effect. */
  get how(): string {
    return this.#prover?.how ?? "by Kong's answer alone";
  }

  /** True if the gateway itself is asked. */
  get asks(): boolean {
    return this.#prover?.asks === true;
  }

  /** Milliseconds for which the gateway has not proved what it was asked for; 0 while nothing waits. */
  get behindMs(): number {
    return this.#since === undefined ? 0 : this.#options.clock.monotonic() - this.#since;
  }

  #mark(host: RouteHost): Unproved {
    const unproved = this.#waiting.get(host) ?? { leaving: new Set(), guard: false };
    this.#waiting.set(host, unproved);
    this.#since ??= this.#options.clock.monotonic();
    void this.#run();
    return unproved;
  }

  #isLeaving(host: RouteHost, namespace: string): boolean {
    const both = [this.#waiting.get(host), this.#underWay.get(host)];
    return both.some((unproved) => unproved?.leaving.has(namespace) === true);
  }

  #forgetLeaving(host: RouteHost, namespace: string): void {
    for (const unproved of [this.#waiting.get(host), this.#underWay.get(host)]) unproved?.leaving.delete(namespace);
  }

  #isGuardUnproved(host: RouteHost): boolean {
    return this.#waiting.get(host)?.guard === true || this.#underWay.get(host)?.guard === true;
  }

  #forgetGuard(host: RouteHost): void {
    for (const unproved of [this.#waiting.get(host), this.#underWay.get(host)])
      if (unproved !== undefined) unproved.guard = false;
  }

  async #run(): Promise<void> {
    const { clock, log, onProved, signal } = this.#options;
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.size + this.#waiters.size > 0 && !signal.aborted) {
      // What is written in the same turn is proved together.
      await Promise.resolve();
      this.#underWay = this.#waiting;
      this.#waiting = new Map();
      this.#asking = this.#waiters;
      this.#waiters = new Map();
      try {
        await this.#prover?.prove(signal);
        const hosts = this.#underWay.keys();
        this.#underWay = new Map();
        const answered = [...this.#asking.values()];
        this.#asking = new Map();
        this.#since = this.#waiting.size + this.#waiters.size === 0 ? undefined : clock.monotonic();
        onProved(hosts);
        for (const { proved } of answered) proved();
      } catch (error) {
        if (signal.aborted) break;
        log.warn(
          { error: errorText(error), how: this.#prover?.how },
          "the gateway has not proved what was written; asking again",
        );
        this.#waiting = merged(this.#underWay, this.#waiting);
        this.#underWay = new Map();
        const unanswered = this.#asking;
        this.#asking = new Map();
        this.#waiters = new Map([...unanswered, ...this.#waiters]);
        for (const { failed } of unanswered.values()) failed?.();
        await sleep(clock, againMs, signal);
      }
    }
    this.#running = false;
  }
}

function merged(
  older: ReadonlyMap<RouteHost, Unproved>,
  newer: ReadonlyMap<RouteHost, Unproved>,
): Map<RouteHost, Unproved> {
  const both = new Map(newer);
  for (const [host, { leaving, guard }] of older) {
    const other = newer.get(host);
    both.set(host, {
      leaving: new Set([...leaving, ...(other?.leaving ?? [])]),
      guard: guard || other?.guard === true,
    });
  }
  return both;
}
