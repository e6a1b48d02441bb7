import { KongError } from "../../kong/errors.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { Clock } from "../../time/clock.ts";
import { slotKey } from "./slot.ts";
import type { Slot } from "./slot.ts";

/** After so many failures in a row it is the entity's fault. */
const mostTries = 3;

/**
 * Milliseconds after which an entity that is refused is tried again, doubled each time up to the most: where it was Kong's
 * fault after all, whose database took nothing for a while, nobody is kept out for long.
 */
const retryMs = { least: 5_000, most: 60_000 };

/** Entities that are remembered; the oldest are forgotten, and tried more often than they need be. */
const mostRemembered = 10_000;

interface Failure {
  /** What was written, as it is known. */
  readonly known: object;
  readonly tries: number;
  readonly refusal?: { readonly error: KongError; readonly until: number };
}

/**
 * Entities at which Kong itself fails (500): its database has no room for a text that its own rules let pass, for example.
 * What fails again and again while Kong is otherwise ready is refused, for this entity alone and for a while.
 */
export class FailingWrites {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #failures = new Map<string, Failure>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Why the entity is not written now; undefined if it may be. */
  refusal(slot: Slot, known: object): KongError | undefined {
    const refusal = this.#of(slot, known)?.refusal;
    return refusal !== undefined && this.#clock.monotonic() < refusal.until ? refusal.error : undefined;
  }

  /** Notes that Kong failed; true if it did so often enough. */
  isLastTry(slot: Slot, known: object): boolean {
    const tries = (this.#of(slot, known)?.tries ?? 0) + 1;
    this.#note(slot, { known, tries });
    return tries >= mostTries;
  }

  /** Has the entity refused for a while; returns the error that says so. */
  refuse(slot: Slot, known: object, { message, status, why, kongMessage }: KongError): KongError {
    const error = new KongError(message, { kind: "refused", status, why, kongMessage });
    const tries = this.#of(slot, known)?.tries ?? mostTries;
    const waitMs = Math.min(retryMs.most, retryMs.least * 2 ** (tries - mostTries));
    this.#note(slot, { known, tries, refusal: { error, until: this.#clock.monotonic() + waitMs } });
    return error;
  }

  /** The write succeeded. */
  forget(slot: Slot): void {
    this.#failures.delete(slotKey(slot));
  }

  #of(slot: Slot, known: object): Failure | undefined {
    const failure = this.#failures.get(slotKey(slot));
    return failure !== undefined && changedFields(known, known, failure.known) === undefined ? failure : undefined;
  }

  #note(slot: Slot, failure: Failure): void {
    const key = slotKey(slot);
    this.#failures.delete(key);
    this.#failures.set(key, failure);
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= mostRemembered) break;
      this.#failures.delete(oldest);
    }
  }
}
