import { unavailable } from "../kube/errors.ts";
import { errorText } from "../operations/logging/logger.ts";
import { sleep } from "../time/sleep.ts";
import { interruptions } from "./interruptions.ts";
import { listerWatcher } from "./lister-watcher.ts";
import type { ListerWatcherOptions } from "./lister-watcher.ts";
import { nextTry } from "./next-try.ts";
import type { AfterList } from "./next-try.ts";
import { vitals } from "./vitals.ts";
import type { KindHealth } from "./vitals.ts";
import type { WatchEnd } from "./watch-once.ts";

/** What a reflector needs. */
export interface ReflectorOptions extends ListerWatcherOptions {
  /** After how many milliseconds, up to twice as many, an optional kind that is not installed is looked for again. */
  readonly lookAgainMs?: number;
  /** Called after every complete list, and when an optional kind turns out not to be installed. */
  readonly onListed: () => void;
}

/** One kind, followed. */
export interface Reflector {
  readonly health: () => KindHealth;
  /** Lists the kind anew; resolves when all has been passed on that was written before the call. Never rejects, and stays open while nothing can be listed. */
  readonly relist: () => Promise<void>;
  /**
   * Opens the watch anew, from where it is: what was missed comes at once if its connection is dead without a sign. Resolves when
   * the API server has answered, or after two seconds; at once where everything is being listed. Never rejects.
   */
  readonly reopen: () => Promise<void>;
  /** Resolves when nothing more will be passed on. */
  readonly stop: () => Promise<void>;
}

/** When a kind that is not installed is looked for again, at the earliest; spread over as long again. */
const defaultLookAgainMs = 20_000;

/**
 * Keeps a kind in view: lists it, one object at a time, then watches from there, for ever. Whatever happens to a watch, it
 * goes on from the last event that was understood; where the server can't (410), or two watches in a row ended without a
 * word or in nonsense, everything is listed again and only the differences are passed on. A server that does not stream
 * lists is asked for pages. Of an optional kind that the server does not serve, everything is gone.
 */
export function startReflector(options: ReflectorOptions): Reflector {
  const { clock, log, lookAgainMs = defaultLookAgainMs, random } = options;
  const { absent, kind, optional, path } = options.watch;
  const abort = new AbortController();
  const { signal } = abort;
  const interrupted = interruptions(clock, signal);
  const next = nextTry({ random, lookAgainMs, optional: optional === true });
  const calls = listerWatcher(options, signal);
  const vital = vitals(clock);

  const onListed = (resourceVersion: string): void => {
    next.listed(resourceVersion);
    if (vital.listed()) log.info({ kind, path }, "watch: the kind is installed now");
    interrupted.listed();
    if (!signal.aborted) options.onListed();
  };
  const watch = (ends: AbortSignal): Promise<WatchEnd> =>
    calls.watch({
      resourceVersion: next.from(),
      signal: ends,
      onActivity: () => {
        vital.heard();
        interrupted.heard(ends);
      },
      onListed,
    });
  const listFailed = async ({ means, waitMs }: AfterList, error: unknown): Promise<void> => {
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
        await forgetAll();
        break;
      case "notServed":
        vital.absent(absent);
        log.warn({ kind, retryMs: Math.round(waitMs), error: absent }, "watch: the list failed");
        break;
      case "failed":
        vital.failed(errorText(error));
        log.warn({ kind, retryMs: Math.round(waitMs), error: errorText(error) }, "watch: the list failed");
    }
  };
  const forgetAll = async (): Promise<void> => {
    await calls.forgetAll();
    if (!vital.absent(undefined)) return;
    log.info({ kind, path }, "watch: the kind is not installed; it is looked for now and then");
    if (!signal.aborted) options.onListed();
  };

  /** Lists, or watches, or both; returns the milliseconds to wait. */
  const step = async (ends: AbortSignal): Promise<number> => {
    if (next.from() === undefined && !next.streams()) {
      try {
        onListed(await calls.listInPages({ signal: ends, onActivity: vital.heard }));
      } catch (error) {
        if (ends.aborted) return 0;
        const after = next.afterFailedList(error);
        await listFailed(after, error);
        return after.waitMs;
      }
    }
    const end = await watch(ends);
    if (ends.aborted) {
      if (end.resourceVersion !== undefined) next.goOnFrom(end.resourceVersion);
      return 0;
    }
    if (end.resourceVersion === undefined) {
      const after = next.afterBrokenList(end);
      await listFailed(after, end.error ?? unavailable(`WATCH ${path} was ${end.kind} before the list was complete`));
      return after.waitMs;
    }
    const waitMs = next.afterWatch(end);
    const relist = next.from() === undefined;
    if (relist) vital.gap();
    const fields = { kind, end: end.kind, livedMs: Math.round(end.livedMs), retryMs: Math.round(waitMs) };
    if (end.error !== undefined) log.warn({ ...fields, error: errorText(end.error) }, "watch: broke off");
    else log.debug({ ...fields, relist }, "watch: ended");
    return waitMs;
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const { ends, listFirst } = interrupted.begin();
      if (listFirst) {
        next.listFirst();
        vital.gap();
      }
      await sleep(clock, await step(ends), ends);
    }
  };
  const running = run();
  return {
    health: vital.health,
    relist: interrupted.relist,
    reopen: async () => {
      if (next.from() !== undefined) await interrupted.reopen();
    },
    stop: async () => {
      abort.abort();
      await Promise.all([running, calls.idle()]);
    },
  };
}
