import { unavailable } from "../kube/errors.ts";
import { errorText } from "../operations/logging/logger.ts";
import { sleep } from "../time/sleep.ts";
import { interruptions } from "./interruptions.ts";
import type { Interruptions } from "./interruptions.ts";
import { listerWatcher } from "./lister-watcher.ts";
import type { ListerWatcher, ListerWatcherOptions } from "./lister-watcher.ts";
import { nextTry } from "./next-try.ts";
import type { AfterList, NextTry } from "./next-try.ts";
import { vitals } from "./vitals.ts";
import type { KindHealth, Vitals } from "./vitals.ts";
import type { WatchEnd } from "./watch-once.ts";

/** What a reflector needs. */
export interface ReflectorOptions extends ListerWatcherOptions {
  /** After how many milliseconds, up to twice as many, an optional kind that is not installed is looked for again. */
  readonly lookAgainMs?: number;
  /** Called after every complete list, and when an optional kind turns out not to be installed. */
  readonly onListed: () => void;
}

/** When a kind that is not installed is looked for again, at the earliest; spread over as long again. */
const defaultLookAgainMs = 20_000;

/**
 * Keeps a kind in view: lists it, one object at a time, then watches from there, for ever. Whatever happens to a watch, it
 * goes on from the last event that was understood; where the server can't (410), or two watches in a row ended without a
 * word or in nonsense, everything is listed again and only the differences are passed on. A server that does not stream
 * lists is asked for pages. Of an optional kind that the server does not serve, everything is gone.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #stopped = new AbortController();
  readonly #interrupted: Interruptions;
  readonly #next: NextTry;
  readonly #calls: ListerWatcher;
  readonly #vital: Vitals;
  #running: Promise<void> | undefined;

  constructor(options: ReflectorOptions) {
    const { clock, lookAgainMs = defaultLookAgainMs, random, watch } = options;
    const { signal } = this.#stopped;
    this.#options = options;
    this.#interrupted = interruptions(clock, signal);
    this.#next = nextTry({ random, lookAgainMs, optional: watch.optional === true });
    this.#calls = listerWatcher(options, signal);
    this.#vital = vitals(clock);
  }

  /** Begins to follow the kind. */
  start(): void {
    this.#running = this.#run();
  }

  /** How well the kind is known. */
  health(): KindHealth {
    return this.#vital.health();
  }

  /** Lists the kind anew; resolves when all has been passed on that was written before the call. Never rejects, and stays open while nothing can be listed. */
  relist(): Promise<void> {
    return this.#interrupted.relist();
  }

  /**
   * Opens the watch anew, from where it is: what was missed comes at once if its connection is dead without a sign. Resolves when
   * the API server has answered, or after two seconds; at once where everything is being listed. Never rejects.
   */
  async reopen(): Promise<void> {
    if (this.#next.from() !== undefined) await this.#interrupted.reopen();
  }

  /** Resolves when nothing more will be passed on. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([this.#running, this.#calls.idle()]);
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const { ends, listFirst } = this.#interrupted.begin();
      if (listFirst) {
        this.#next.listFirst();
        this.#vital.gap();
      }
      await sleep(this.#options.clock, await this.#step(ends), ends);
    }
  }

  /** Lists, or watches, or both; returns the milliseconds to wait. */
  async #step(ends: AbortSignal): Promise<number> {
    const next = this.#next;
    if (next.from() === undefined && !next.streams()) {
      try {
        const onActivity = this.#vital.heard;
        this.#listed(await this.#calls.listInPages({ signal: ends, onActivity }));
      } catch (error) {
        return ends.aborted ? 0 : await this.#listFailed(next.afterFailedList(error), error);
      }
    }
    const end = await this.#watch(ends);
    if (ends.aborted) {
      if (end.resourceVersion !== undefined) next.goOnFrom(end.resourceVersion);
      return 0;
    }
    if (end.resourceVersion !== undefined) return this.#watchEnded(end);
    const { path } = this.#options.watch;
    const error = end.error ?? unavailable(`WATCH ${path} was ${end.kind} before the list was complete`);
    return await this.#listFailed(next.afterBrokenList(end), error);
  }

  #watch(ends: AbortSignal): Promise<WatchEnd> {
    return this.#calls.watch({
      resourceVersion: this.#next.from(),
      signal: ends,
      onActivity: () => {
        this.#vital.heard();
        this.#interrupted.heard(ends);
      },
      onListed: (resourceVersion) => this.#listed(resourceVersion),
    });
  }

  #listed(resourceVersion: string): void {
    const { log, watch } = this.#options;
    this.#next.listed(resourceVersion);
    if (this.#vital.listed()) log.info({ kind: watch.kind, path: watch.path }, "watch: the kind is installed now");
    this.#interrupted.listed();
    if (!this.#stopped.signal.aborted) this.#options.onListed();
  }

  #watchEnded(end: WatchEnd): number {
    const { log, watch } = this.#options;
    const waitMs = this.#next.afterWatch(end);
    const relist = this.#next.from() === undefined;
    if (relist) this.#vital.gap();
    const fields = {
      kind: watch.kind,
      end: end.kind,
      livedMs: Math.round(end.livedMs),
      retryMs: Math.round(waitMs),
    };
    if (end.error !== undefined) log.warn({ ...fields, error: errorText(end.error) }, "watch: broke off");
    else log.debug({ ...fields, relist }, "watch: ended");
    return waitMs;
  }

  async #listFailed({ means, waitMs }: AfterList, error: unknown): Promise<number> {
    const { log, watch } = this.#options;
    const { absent, kind } = watch;
    switch (means) {
      case "unstreamed":
        log.info(
          { kind, end: errorText(error) },
          "watch: the API server does not stream lists, so it is asked for pages",
        );
        break;
      case "unsure":
        break;
      case "absent":
        await this.#forgetAll();
        break;
      case "notServed":
        this.#vital.absent(absent);
        log.warn({ kind, retryMs: Math.round(waitMs), error: absent }, "watch: the list failed");
        break;
      case "failed":
        this.#vital.failed(errorText(error));
        log.warn({ kind, retryMs: Math.round(waitMs), error: errorText(error) }, "watch: the list failed");
    }
    return waitMs;
  }

  async #forgetAll(): Promise<void> {
    const { log, watch } = this.#options;
    await this.#calls.forgetAll();
    if (!this.#vital.absent(undefined)) return;
    const { kind, path } = watch;
    log.info({ kind, path }, "watch: the kind is not installed; it is looked for now and then");
    if (!this.#stopped.signal.aborted) this.#options.onListed();
  }
}
