import type { Clock } from "../time/clock.ts";
import { KubeError, unavailable } from "../kube/errors.ts";
import type { EventLoop } from "../time/event-loop.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import { sleep } from "../time/sleep.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { translate } from "../translate/translate.ts";
import type { Translate } from "../translate/translate.ts";
import type { WorldEvent } from "../world/event.ts";
import { decorrelatedBackoff } from "./backoff.ts";
import { differences } from "./differences.ts";
import type { Unshown } from "./differences.ts";
import type { Watch } from "./kinds.ts";
import { longObjects } from "./long-objects.ts";
import { defaultPageLimits, listPages } from "../kube/list.ts";
import type { PageLimits } from "../kube/list.ts";
import { vitals } from "./vitals.ts";
import type { KindHealth } from "./vitals.ts";
import { watchOnce } from "./watch-once.ts";
import type { WatchEnd } from "./watch-once.ts";

/** What a reflector needs. */
export interface ReflectorOptions {
  readonly watch: Watch;
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly eventLoop: EventLoop;
  readonly translate?: Translate;
  /** Of the lists of a server that does not stream them. */
  readonly pageLimits?: PageLimits;
  /** After how many milliseconds, up to twice as many, an optional kind that is not installed is looked for again. */
  readonly lookAgainMs?: number;
  readonly onEvent: (event: WorldEvent) => void;
  /** What is known of the kind by answers to calls; default: nothing. */
  readonly unshown?: Unshown;
  /** Called after every complete list, and when an optional kind turns out not to be installed. */
  readonly onListed: () => void;
}

/** One kind, followed. */
export interface Reflector {
  readonly health: () => KindHealth;
  /** Lists the kind anew; resolves when all has been passed on that was written before the call. Never rejects, and stays open while nothing can be listed. */
  readonly relist: () => Promise<void>;
  /** Resolves when nothing more will be passed on. */
  readonly stop: () => Promise<void>;
}

/**
 * Bookmarks come about once a minute, so this is a dead connection; or an API server which has just started and has seen
 * no change of the kind yet, where the false alarm costs one more watch.
 */
export const silenceMs = 100_000;
/** A watch that ends sooner is no proof that things are well. */
const shortMs = 5_000;
const minBackoffMs = 800;
const maxBackoffMs = 30_000;
const maxRetryAfterMs = 300_000;
/** The API server closes watches by then; spread, so that the kinds do not come back together. */
const watchSeconds = { least: 261, spread: 58 };
/** When a kind that is not installed is looked for again, at the earliest; spread over as long again. */
const defaultLookAgainMs = 20_000;
/**
 * The forms of a list and of a watch that have metadata alone (Kubernetes API concepts, "Alternate representations"), and
 * that of an answer which refuses either: without it such an answer is 406, and does not say why.
 */
const metadataAs = {
  list: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json",
  watch: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json",
} as const;
/** Answers in a row by which the API server does not serve a kind: one may come from a server that is only starting. */
const enoughAbsences = 2;

/**
 * Keeps a kind in view: lists it, one object at a time, then watches from there, for ever. Whatever happens to a watch, it
 * goes on from the last event that was understood; where the server can't (410), or two watches in a row ended without a
 * word or in nonsense, everything is listed again and only the differences are passed on. A server that does not stream
 * lists is asked for pages. Of an optional kind that the server does not serve, everything is gone.
 */
export function startReflector(options: ReflectorOptions): Reflector {
  const { clock, eventLoop, log, random, transport } = options;
  const { lookAgainMs = defaultLookAgainMs, pageLimits = defaultPageLimits } = options;
  const { absent, kind, optional, path } = options.watch;
  const selectors = selectorsOf(options.watch);
  const accept = options.watch.metadataOnly === true ? metadataAs : undefined;
  const abort = new AbortController();
  const { signal } = abort;
  /** Ends what is under way, for a list that begins from now on. */
  let round = new AbortController();
  /** Who has asked for one, and whom the next complete list answers. */
  const asked: (() => void)[] = [];
  const answered: (() => void)[] = [];
  const backoff = decorrelatedBackoff(random, minBackoffMs, maxBackoffMs);
  const onEvent = (event: WorldEvent): void => {
    if (!signal.aborted) options.onEvent(event);
  };
  const known = differences(kind, log, options.translate ?? translate, onEvent, eventLoop, options.unshown);
  const long = longObjects({
    ...{ kind, transport, path, selectors, accept: accept?.list, clock, random, log, signal },
    differences: known,
  });
  const vital = vitals(clock);
  /** From where to watch; undefined: list first. */
  let from: string | undefined;
  /** False once the server turned out not to stream lists. */
  let streams = true;
  /** Watches in a row after which something may have been missed. */
  let doubts = 0;
  /** Lists in a row from which no watch lived long. */
  let expired = 0;
  /** Lists in a row that the server answered with 404. */
  let absences = 0;

  const onListed = (): void => {
    doubts = 0;
    absences = 0;
    if (vital.listed()) log.info({ kind, path }, "watch: the kind is installed now");
    for (const done of answered.splice(0)) done();
    if (!signal.aborted) options.onListed();
  };
  const listInPages = async (ends: AbortSignal): Promise<string> => {
    let resourceVersion = "";
    long.forget();
    known.beginList();
    for await (const page of listPages(transport, path, selectors, ends, pageLimits, accept?.list)) {
      vital.heard();
      for (const item of page.items) {
        await known.set(item);
      }
      ({ resourceVersion } = page);
    }
    await known.endList(resourceVersion);
    onListed();
    return resourceVersion;
  };
  const watch = (ends: AbortSignal): Promise<WatchEnd> => {
    const timeoutSeconds = Math.round(watchSeconds.least + random() * watchSeconds.spread);
    const request = {
      transport,
      clock,
      eventLoop,
      path,
      selectors,
      resourceVersion: from,
      timeoutSeconds,
      silenceMs,
      signal: ends,
    };
    return watchOnce({
      ...request,
      accept: accept?.watch,
      differences: known,
      longObjects: long,
      onActivity: vital.heard,
      onListed,
    });
  };
  const relist = (): void => {
    from = undefined;
    vital.gap();
  };

  /** What comes after a watch: sets `from`, returns the milliseconds to wait. */
  const afterWatch = (end: WatchEnd): number => {
    from = end.resourceVersion;
    if (end.heard) doubts = 0;
    if (end.livedMs >= shortMs) {
      backoff.reset();
      expired = 0;
    }
    if (end.kind === "expired") {
      relist();
      expired += 1;
      return expired === 1 ? 0 : backoff.next();
    }
    if (end.kind === "silent" || mayHaveMissed(end.error)) doubts += 1;
    if (doubts >= 2 || isNotFound(end.error)) relist();
    if (end.kind === "closed" && end.livedMs >= shortMs) return 0;
    return end.kind === "silent" ? 0 : waitAfter(end.error, backoff.next());
  };
  const afterFailedList = async (error: unknown): Promise<number> => {
    if (signal.aborted) return 0;
    const notServed = isNotFound(error);
    absences = notServed ? absences + 1 : 0;
    if (notServed && optional === true) return afterAbsence(error);
    const why = notServed ? absent : errorText(error);
    if (notServed) vital.absent(why);
    else vital.failed(why);
    const waitMs = waitAfter(error, backoff.next());
    log.warn({ kind, retryMs: Math.round(waitMs), error: why }, "watch: the list failed");
    return waitMs;
  };
  const afterAbsence = async (error: unknown): Promise<number> => {
    if (absences < enoughAbsences) return waitAfter(error, backoff.next());
    backoff.reset();
    long.forget();
    known.beginList();
    await known.endList(undefined);
    if (vital.absent(undefined)) {
      log.info({ kind, path }, "watch: the kind is not installed; it is looked for now and then");
      if (!signal.aborted) options.onListed();
    }
    return lookAgainMs * (1 + random());
  };
  /** A list that ended before everything had come. */
  const afterBrokenList = async (end: WatchEnd): Promise<number> => {
    if (doesNotStream(end) && !signal.aborted) {
      streams = false;
      log.info({ kind, end: end.kind }, "watch: the API server does not stream lists, so it is asked for pages");
      return end.kind === "closed" ? backoff.next() : 0;
    }
    return afterFailedList(end.error ?? unavailable(`WATCH ${path} was ${end.kind} before the list was complete`));
  };

  const step = async (ends: AbortSignal): Promise<number> => {
    if (from === undefined && !streams) {
      try {
        from = await listInPages(ends);
      } catch (error) {
        return ends.aborted ? 0 : await afterFailedList(error);
      }
    }
    const end = await watch(ends);
    if (ends.aborted) return 0;
    if (end.resourceVersion === undefined) return afterBrokenList(end);
    const waitMs = afterWatch(end);
    const fields = { kind, end: end.kind, livedMs: Math.round(end.livedMs), retryMs: Math.round(waitMs) };
    if (end.error !== undefined) log.warn({ ...fields, error: errorText(end.error) }, "watch: broke off");
    else log.debug({ ...fields, relist: from === undefined }, "watch: ended");
    return waitMs;
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      round = new AbortController();
      if (asked.length > 0) relist();
      answered.push(...asked.splice(0));
      const ends = AbortSignal.any([signal, round.signal]);
      await sleep(clock, await step(ends), ends);
    }
  };
  const running = run();
  return {
    health: vital.health,
    relist: () =>
      new Promise((resolve) => {
        asked.push(resolve);
        round.abort();
      }),
    stop: async () => {
      abort.abort();
      await Promise.all([running, long.idle()]);
    },
  };
}

function selectorsOf({ fieldSelector, labelSelector }: Watch): Readonly<Record<string, string>> {
  return {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.kind === "notFound";
}

/** True where the server refused to send everything first, or was done, or had no more to say, without having done so. */
function doesNotStream({ error, kind, livedMs }: WatchEnd): boolean {
  if (error instanceof KubeError) return error.status === 400 || error.status === 422;
  return kind === "closed" || (kind === "silent" && livedMs > 0);
}

/** Nonsense, and statuses by which the server rejects what we asked for (its data may be older than ours). */
function mayHaveMissed(error: Error | undefined): boolean {
  if (!(error instanceof KubeError)) return error !== undefined;
  if (error.reason === "Malformed" || error.status === 504) return true;
  return error.kind !== "unavailable";
}

function waitAfter(error: unknown, backoffMs: number): number {
  const asked = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoffMs, Math.min(asked, maxRetryAfterMs));
}
