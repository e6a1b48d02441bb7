import type { Clock } from "./clock.ts";

/** Milliseconds after which timers, sockets and probes have their turn. */
const longestTurn = 10;

/** What has to leave, and whatever tells of it, is urgent: what is to come waits for it. */
export type Urgency = "urgent" | "usual";

/**
 * The turns of the event loop. Work that waits for nothing would go on for as long as there is some, and the Lease would run
 * out meanwhile: whoever begins a piece of work asks for room first. All who do share one of these, since they share the loop.
 * What is urgent goes first, but not for two turns in a row in which others wait in vain.
 */
export class EventLoop {
  readonly #clock: Clock;
  /** Those who wait for room, in the order in which they came. */
  readonly #waiting: Readonly<Record<Urgency, (() => void)[]>> = { urgent: [], usual: [] };
  /** True once the first of them was called and had no room, until one has. */
  #isLineWaiting = false;
  /** True if somebody is going to call them. */
  #isCalling = false;
  /** Who goes first in the turn that goes on. */
  #first: Urgency = "urgent";
  /** Whether anything usual has gone on in it. */
  #hasUsualGone = false;
  /** Which turn goes on: Node counts them. */
  #turn: number | undefined;
  /** When the first one of it asked, by the monotonic clock. */
  #began = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Undefined where there is room now, for work that begins at once: who awaits it nevertheless begins after all others who
   * were told the same. Else resolves when it is one's turn and there is room.
   */
  yieldToEventLoop(urgency: Urgency = "usual"): Promise<void> | undefined {
    if (!this.#hasRoom() || this.#isBefore(urgency)) return new Promise((resolve) => this.#wait(urgency, resolve));
    this.#goesOn(urgency);
    return undefined;
  }

  /** Does work whose pieces are divided by `yield`, and makes room between two of them. */
  async inPieces<T>(work: Generator<undefined, T>, urgency?: Urgency): Promise<T> {
    for (;;) {
      const room = this.yieldToEventLoop(urgency);
      if (room !== undefined) await room;
      const { done, value } = work.next();
      if (done === true) return value;
    }
  }

  /** True if somebody waits who comes before whoever asks now. */
  #isBefore(urgency: Urgency): boolean {
    return urgency === "urgent" && this.#first === "urgent" ? this.#waiting.urgent.length > 0 : this.#isLineWaiting;
  }

  #wait(urgency: Urgency, resolve: () => void): void {
    this.#waiting[urgency].push(resolve);
    if (this.#isCalling) return;
    this.#isCalling = true;
    setImmediate(() => this.#callNext());
  }

  /**
   * Whoever has waited longest goes on if there is room, for as long as there is, each after the work of the one before, and
   * then comes behind all others. So does who comes new while somebody has found none.
   */
  #callNext(): void {
    const hasRoom = this.#hasRoom();
    if (hasRoom) this.#takeFirst()?.();
    this.#isLineWaiting = !hasRoom;
    this.#isCalling = this.#waiting.urgent.length + this.#waiting.usual.length > 0;
    if (!this.#isCalling) return;
    // Node runs what is to come with the next tick when nothing is left that was to come at once.
    if (hasRoom) queueMicrotask(() => process.nextTick(() => this.#callNext()));
    else setImmediate(() => this.#callNext());
  }

  #takeFirst(): (() => void) | undefined {
    const second = this.#first === "urgent" ? "usual" : "urgent";
    const next = this.#waiting[this.#first].length > 0 ? this.#first : second;
    this.#goesOn(next);
    return this.#waiting[next].shift();
  }

  #goesOn(urgency: Urgency): void {
    if (urgency === "usual") this.#hasUsualGone = true;
  }

  #hasRoom(): boolean {
    const now = this.#clock.monotonic();
    const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
    if (turn !== this.#turn) {
      this.#first = this.#waiting.usual.length > 0 && !this.#hasUsualGone ? "usual" : "urgent";
      this.#hasUsualGone = false;
      this.#turn = turn;
      this.#began = now;
    }
    return now - this.#began < longestTurn;
  }
}
