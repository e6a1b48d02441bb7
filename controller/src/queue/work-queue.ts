import { Failures } from "./failures.ts";
import { Line } from "./line.ts";
import type { Taken } from "./fair-queue.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { RunOutcome, WorkOutcome, WorkQueueOptions } from "./work-queue-options.ts";

/** What the work of a key threw. */
interface Failure {
  readonly error: unknown;
  readonly outcome: Exclude<RunOutcome, "done">;
}

/** A key that waits for its next try. `firm`: the outside asked for the wait, so an add() does not cut it short. */
interface Delayed {
  readonly cancel: () => void;
  readonly firm: boolean;
}

/** Keys that are asked for before others may have their turn. */
const piece = 500;

/** Timers hold 31 bits of milliseconds; what is further away is looked at once a day. */
const longestTimerMs = 86_400_000;

/**
 * Keys to be worked on, each by one worker at a time, in the order in which they came, groups by turns. A key that is added while it is
 * at work runs once more afterwards; one whose work failed runs again after a back-off of its own, or at once when it
 * is added again while it waits. Nothing runs before start().
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #usual: Line;
  readonly #urgent: Line;
  readonly #running = new Set<string>();
  /** Keys at work that were asked for meanwhile, and when. */
  readonly #again = new Map<string, number>();
  readonly #askedAt = new Map<string, number>();
  readonly #continued = new Set<string>();
  readonly #scheduled = new Map<string, () => void>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures: Failures;
  readonly #abort = new AbortController();
  #state: "new" | "started" | "stopped" = "new";
  #idle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    const { concurrency, concurrencyPerGroup, groupOf = () => undefined, urgent } = options;
    this.#usual = new Line(groupOf, concurrency, concurrencyPerGroup);
    this.#urgent = new Line(groupOf, urgent?.places ?? 0, urgent?.placesPerGroup);
    const { isContention = () => false, maxBackoffMs = 60_000, minBackoffMs = 200, random } = options;
    this.#failures = new Failures({ isContention, maxBackoffMs, minBackoffMs, random });
  }

  /** Keys that could run now if there were a free worker. */
  get depth(): number {
    return this.#usual.size + this.#urgent.size;
  }

  /** Keys that wait for their next try after a failure. */
  get retrying(): number {
    return this.#delayed.size;
  }

  /** Milliseconds for which the first of the keys that wait for a worker has waited; 0 where none waits. */
  get oldestMs(): number {
    const now = this.#options.clock.monotonic();
    return now - Math.min(this.#usual.oldest ?? now, this.#urgent.oldest ?? now);
  }

  /** Asks for the key's work; a key that waits already is not doubled. */
  add(key: string): void {
    if (this.#state === "stopped") return;
    if (this.#running.has(key)) {
      if (!this.#again.has(key)) this.#again.set(key, this.#options.clock.monotonic());
      return;
    }
    this.#continued.delete(key);
    const delayed = this.#delayed.get(key);
    if (delayed?.firm) return;
    delayed?.cancel();
    this.#delayed.delete(key);
    this.#unschedule(key);
    this.#wait(key);
    this.#pump();
  }

  /** Has every key that waits for its next try run now, whatever it waits for: in pieces, since all may have failed. */
  *retryNow(): Generator<undefined, void> {
    for (const [i, key] of [...this.#delayed.keys()].entries()) {
      if (i > 0 && i % piece === 0) yield;
      const delayed = this.#delayed.get(key);
      if (delayed === undefined) continue;
      delayed.cancel();
      this.#due(key);
    }
  }

  /** Lets work begin. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "started";
    this.#pump();
  }

  /** Begins nothing more and resolves when the running work has ended; `abort` tells that work to hurry. */
  async stop(options: { readonly abort?: boolean } = {}): Promise<void> {
    this.#state = "stopped";
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
    this.#usual.clear();
    this.#urgent.clear();
    this.#again.clear();
    this.#askedAt.clear();
    this.#continued.clear();
    if (options.abort === true) this.#abort.abort(new Error(`queue ${this.#options.name} stopped`));
    await this.whenIdle();
  }

  /** Resolves when nothing is at work and nothing waits for a worker: at once where that is so. */
  async whenIdle(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    if (this.#state !== "started") return;
    for (const line of [this.#urgent, this.#usual]) {
      for (let next = line.begin(); next !== undefined; next = line.begin()) {
        this.#running.add(next.key);
        void this.#run(next, line);
      }
    }
  }

  async #run({ key, group }: Taken, line: Line): Promise<void> {
    const { clock, name, observe, eventLoop, work } = this.#options;
    let failure: Failure | undefined;
    let outcome: WorkOutcome | undefined;
    let askedAt = clock.monotonic();
    // Always in a later step than the add(), so that whoever asked has told everybody what has changed.
    await Promise.resolve();
    const room = eventLoop.yieldToEventLoop(line === this.#urgent ? "urgent" : "usual");
    if (room !== undefined) await room;
    if (this.#state === "started") {
      const begun = clock.monotonic();
      askedAt = this.#askedAt.get(key) ?? begun;
      this.#askedAt.delete(key);
      try {
        outcome = await work(key, {
          signal: this.#abort.signal,
          askedAt,
          urgent: line === this.#urgent,
          // Somebody may have asked for it while it waited for room.
          continued: this.#continued.delete(key) && !this.#again.has(key),
          askedAgain: () => this.#again.has(key),
          begin: () => void this.#again.delete(key),
          aimAt: (aim) => this.#failures.aimAt(key, aim),
        });
      } catch (error) {
        failure = { error, outcome: this.#failures.isLostRace(key, error) ? "requeued" : "failed" };
      }
      observe?.(name, (clock.monotonic() - begun) / 1000, failure?.outcome ?? "done");
    }
    this.#running.delete(key);
    line.end(group);
    if (this.#state === "started") {
      if (failure === undefined) this.#succeeded(key, outcome, askedAt);
      else this.#failed(key, failure);
    }
    this.#pump();
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #succeeded(key: string, outcome: WorkOutcome | undefined, askedAt: number): void {
    // What goes on may yet fail as it did before.
    if (outcome?.requeueAfterMs !== 0) this.#failures.forget(key);
    const asked = this.#again.get(key);
    this.#again.delete(key);
    if (asked !== undefined || outcome?.requeueAfterMs === 0) {
      if (asked === undefined) this.#continued.add(key);
      // What goes on is still what was asked for before.
      const noHurry = asked === undefined && outcome?.noHurry === true;
      this.#wait(key, outcome?.requeueAfterMs === 0 ? askedAt : asked, noHurry);
      return;
    }
    if (outcome === undefined) return;
    const waitMs = Math.min(outcome.requeueAfterMs, longestTimerMs);
    this.#unschedule(key);
    this.#scheduled.set(
      key,
      this.#options.clock.after(waitMs, () => this.add(key)),
    );
  }

  #failed(key: string, { error, outcome }: Failure): void {
    const { attempt, firm, waitMs } = this.#failures.count(key, error, this.#again.delete(key));
    const { clock, log, name } = this.#options;
    const fields = { queue: name, key, attempt, retryMs: Math.round(waitMs), error: errorText(error) };
    if (outcome === "failed") log.warn(fields, "work failed");
    else log.debug(fields, "work begins again: somebody else was faster");
    if (waitMs === 0) this.#wait(key);
    else this.#delayed.set(key, { firm, cancel: clock.after(waitMs, () => this.#due(key)) });
  }

  #due(key: string): void {
    this.#delayed.delete(key);
    this.#wait(key);
    this.#pump();
  }

  #wait(key: string, askedAt = this.#options.clock.monotonic(), noHurry = false): void {
    if (!this.#askedAt.has(key)) this.#askedAt.set(key, askedAt);
    const now = this.#options.clock.monotonic();
    const isUrgent = !noHurry && this.#options.urgent?.is(key) === true;
    const [line, other] = isUrgent ? [this.#urgent, this.#usual] : [this.#usual, this.#urgent];
    // Who is no longer what it was when it came would stand in both, and be at work twice at once.
    other.remove(key);
    line.add(key, now);
  }

  #unschedule(key: string): void {
    this.#scheduled.get(key)?.();
    this.#scheduled.delete(key);
  }
}
