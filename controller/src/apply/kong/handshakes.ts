import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Clock } from "../../time/clock.ts";
import type { Handshake, LiveTls } from "../../world/kong-state.ts";

/** A host whose certificate the gateway has not shown yet. */
interface Asked {
  kind: Exclude<Handshake["kind"], "shown">;
  /** Why it is missing, once that has gone on for a while. */
  problem: string | undefined;
  /** Tries that did not show it. */
  tries: number;
  /** When the first of them was, and when the next may be, in milliseconds of the monotonic clock. */
  failingSince: number | undefined;
  nextTryAt: number;
}

/** Milliseconds between two tries: from the first to the longest, doubling. */
const wait = { first: 250, longest: 60_000 };

/** Milliseconds of failing tries after which it is said why, and of what was shown before that it is missing. */
const patienceMs = 10_000;

/**
 * What TLS handshakes have shown of the certificates that Kong has (stage `HTTPS`): by host, the content that was shown last.
 * What Kong has now is shown if it is that, so whatever changes in Kong has to be shown anew. What Kong had of a host before
 * is awaited: nothing is said of it until it turns out to be missing, so that neither a restart nor a renewal is told.
 */
export class Handshakes {
  readonly #clock: Clock;
  readonly #shown = new Map<RouteHost, string>();
  readonly #asked = new Map<RouteHost, Asked>();
  /** Those of them that are missing. */
  readonly #missing = new Set<RouteHost>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hosts whose certificates Kong has, and the gateway does not show. */
  get missing(): number {
    return this.#missing.size;
  }

  /**
   * What is known of the certificate with the content (a hash) that Kong has for the host; undefined: Kong has none.
   * `before` is what was known of the host until now, undefined while Kong has not been listed.
   */
  of(
    host: RouteHost,
    content: string | undefined,
    { tls }: LiveTls,
    before: LiveTls | undefined,
  ): Handshake | undefined {
    if (content === undefined || this.#shown.get(host) === content) this.#stopAsking(host);
    if (content === undefined) {
      this.#shown.delete(host);
      return undefined;
    }
    if (this.#shown.get(host) === content) return { kind: "shown" };
    const asked = this.#asked.get(host) ?? this.#ask(host, before === undefined || isOfSame(before, tls));
    const { kind, problem } = asked;
    return problem === undefined ? { kind } : { kind, problem };
  }

  /** Milliseconds until the host's certificate may be asked for again. */
  pauseMs(host: RouteHost): number {
    return Math.max(0, (this.#asked.get(host)?.nextTryAt ?? 0) - this.#clock.monotonic());
  }

  /** Takes in that the gateway has shown the content for the host. */
  shows(host: RouteHost, content: string): void {
    this.#shown.set(host, content);
  }

  /** Takes in that it has not, and why. */
  misses(host: RouteHost, problem: string): void {
    const asked = this.#asked.get(host);
    if (asked === undefined) return;
    const now = this.#clock.monotonic();
    asked.failingSince ??= now;
    if (now - asked.failingSince >= patienceMs) {
      asked.kind = "missing";
      this.#missing.add(host);
      asked.problem = problem;
    }
    asked.nextTryAt = now + Math.min(wait.longest, wait.first * 2 ** Math.min(asked.tries, 20));
    asked.tries += 1;
  }

  #ask(host: RouteHost, hadOne: boolean): Asked {
    const asked: Asked = {
      kind: hadOne ? "awaited" : "missing",
      ...{ problem: undefined, tries: 0, failingSince: undefined, nextTryAt: 0 },
    };
    this.#asked.set(host, asked);
    if (!hadOne) this.#missing.add(host);
    return asked;
  }

  #stopAsking(host: RouteHost): void {
    this.#asked.delete(host);
    this.#missing.delete(host);
  }
}

/** True if Kong had a certificate of the same namespace for the host: that one serves until the new one does. */
function isOfSame({ handshake, tls: before }: LiveTls, tls: LiveTls["tls"]): boolean {
  return before !== undefined && before.namespace === tls?.namespace && handshake?.kind !== "missing";
}
