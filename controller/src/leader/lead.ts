import type { Clock } from "../time/clock.ts";

/** A moment by both clocks: the monotonic one may stand still while the machine sleeps. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** This moment. */
export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.now() };
}

/** What a {@link Lead} needs. */
export interface LeadOptions {
  readonly clock: Clock;
  /** How long the lead lasts after the renewal of the Lease was sent. */
  readonly renewDeadlineMs: number;
  readonly onGained: () => void;
  readonly onLost: () => void;
}

const never: Moment = { monotonic: -Infinity, wall: -Infinity };

/** The lead, while this process surely has it: it ends by itself where the Lease is not renewed in time. */
export class Lead {
  readonly #options: LeadOptions;
  #leading = false;
  #until = never;
  #stopTimer = (): void => {};

  constructor(options: LeadOptions) {
    this.#options = options;
  }

  /** True while nobody else can hold the Lease. */
  held(): boolean {
    return this.remainingMs() > 0;
  }

  /** Milliseconds for which {@link held} stays true if nothing is renewed. */
  remainingMs(): number {
    const now = momentOf(this.#options.clock);
    const { monotonic, wall } = this.#until;
    return this.#leading ? Math.max(0, Math.min(monotonic - now.monotonic, wall - now.wall)) : 0;
  }

  /** The Lease is ours, by a write that was sent at that moment. */
  renewed(sentAt: Moment): void {
    const { clock, renewDeadlineMs } = this.#options;
    this.#stopTimer();
    // The time may have run out while the answer was on its way: then that is told, although the Lease is ours again.
    this.loseUnlessHeld();
    const wasLeading = this.#leading;
    this.#until = { monotonic: sentAt.monotonic + renewDeadlineMs, wall: sentAt.wall + renewDeadlineMs };
    this.#leading = true;
    this.#leading = this.held();
    this.#stopTimer = clock.after(this.remainingMs(), () => this.loseUnlessHeld());
    if (this.#leading && !wasLeading) this.#options.onGained();
  }

  /** Tells that the lead is lost, where its time has run out. */
  loseUnlessHeld(): void {
    if (!this.#leading || this.held()) return;
    this.#leading = false;
    this.#options.onLost();
  }

  /** Ends the lead, if there is one. */
  loseAtOnce(): void {
    this.#stopTimer();
    this.#until = never;
    this.loseUnlessHeld();
  }
}
