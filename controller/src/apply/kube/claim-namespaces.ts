import type { Clock } from "../../time/clock.ts";

/** Milliseconds for which it is remembered: it is for the moment in which a claim gets our finalizer. */
const rememberedMs = 10_000;

/**
 * The UIDs of the namespaces in which claims are, by the claim's UID, as the API server itself said them. A claim never
 * leaves its namespace, and keeps it from ending: what was read while the claim was there is true for as long as it is.
 */
export class ClaimNamespaces {
  readonly #clock: Clock;
  readonly #read = new Map<string, { readonly namespaceUid: string; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers for a while in which namespace the claim is. */
  set(claimUid: string, namespaceUid: string): void {
    const now = this.#clock.monotonic();
    for (const [uid, { untilMs }] of this.#read) {
      if (untilMs > now) break;
      this.#read.delete(uid);
    }
    this.#read.delete(claimUid);
    this.#read.set(claimUid, { namespaceUid, untilMs: now + rememberedMs });
  }

  /** The UID of the claim's namespace; undefined where nobody has asked lately. */
  get(claimUid: string): string | undefined {
    const read = this.#read.get(claimUid);
    return read !== undefined && read.untilMs > this.#clock.monotonic() ? read.namespaceUid : undefined;
  }
}
