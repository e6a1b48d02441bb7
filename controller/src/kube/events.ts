import { KubeError } from "./errors.ts";
import { shortNote } from "./event-object.ts";
import { eventWriter } from "./event-writer.ts";
import type { EventWriterOptions, WrittenEvent } from "./event-writer.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import { sleep } from "../time/sleep.ts";
import { tokenBuckets } from "./token-buckets.ts";
import type { KubeEvent } from "./event-object.ts";

/** Writes events in the background. */
export interface EventRecorder {
  /** Never throws, never waits. */
  readonly record: (event: KubeEvent) => void;
  /** Writes what is queued, for at most `timeoutMs` (default 2 s), and takes nothing more. */
  readonly stop: (timeoutMs?: number) => Promise<void>;
  /** Events that were left out: repeated too fast, or no room. */
  readonly dropped: () => number;
}

/** What an event recorder needs. */
export interface EventRecorderOptions extends EventWriterOptions {
  readonly log: Log;
}

/** The same event again within this time counts the first one up. As client-go's. */
const windowMs = 6 * 60_000;
/** Wait between two writes for the same event: this, doubling up to `windowMs`. */
const repeatMs = 10_000;
const maxSeries = 2_000;
const maxQueued = 1_000;
/** An object's events, then a namespace's: a tenant who makes objects misbehave can't flood the API server. */
const perObject = { burst: 10, perSecond: 1 / 30, maxKeys: 5_000 };
const perNamespace = { burst: 100, perSecond: 2, maxKeys: 5_000 };
const retryMs = [1_000, 5_000, 15_000] as const;

/** One event and how often it was seen. */
interface Series extends WrittenEvent {
  readonly key: string;
  lastMs: number;
  count: number;
  writes: number;
  /** How often the write that is due has failed. */
  failures: number;
  cancel?: (() => void) | undefined;
}

/**
 * Records events (events.k8s.io/v1) in the background, one write at a time. An event that repeats within six minutes
 * counts up the first one's series instead of making another object. What does not fit the limits is left out. A
 * namespace of which the API server takes no more for now keeps no other's events waiting, nor takes their room.
 */
export function eventRecorder(options: EventRecorderOptions): EventRecorder {
  const { clock, log } = options;
  const writeOnce = eventWriter(options);
  const objectAllows = tokenBuckets(clock, perObject);
  const namespaceAllows = tokenBuckets(clock, perNamespace);
  const known = new Map<string, Series>();
  const queued = new Set<Series>();
  /** Namespaces whose events wait, and how to end that before its time. */
  const paused = new Map<string, () => void>();
  const abort = new AbortController();
  let working: Promise<void> | undefined;
  let stopped = false;
  let dropped = 0;

  const forget = (series: Series): void => {
    series.cancel?.();
    queued.delete(series);
    if (known.get(series.key) === series) known.delete(series.key);
  };
  const enqueue = (series: Series): void => {
    series.cancel = undefined;
    if (queued.size >= maxQueued) {
      const left = leavesRoomFor(series);
      dropped += 1;
      forget(left);
      if (left === series) return;
    }
    queued.add(series);
    writeNext();
  };
  /** One that can't be written for now leaves its place to one that can. */
  const leavesRoomFor = (series: Series): Series => {
    if (isPaused(series)) return series;
    for (const other of queued) if (isPaused(other)) return other;
    return series;
  };
  const isPaused = ({ event }: Series): boolean => paused.has(event.regarding.namespace);
  const begin = (key: string, event: KubeEvent, now: number): void => {
    const { uid, namespace } = event.regarding;
    if (!objectAllows(uid) || !namespaceAllows(namespace)) {
      dropped += 1;
      return;
    }
    const series: Series = { key, event, firstMs: now, lastMs: now, count: 1, writes: 0, failures: 0 };
    known.set(key, series);
    for (const oldest of known.values()) {
      if (known.size <= maxSeries) break;
      if (queued.has(oldest)) dropped += 1;
      forget(oldest);
    }
    enqueue(series);
  };
  const repeat = (series: Series, now: number): void => {
    series.lastMs = now;
    series.count += 1;
    if (series.cancel !== undefined || queued.has(series)) return;
    const waitMs = Math.min(windowMs, repeatMs * 2 ** Math.max(0, series.writes - 1));
    series.cancel = clock.after(waitMs, () => enqueue(series));
  };

  const writeNext = (): void => {
    if (working !== undefined) return;
    for (const series of queued) {
      if (isPaused(series)) continue;
      queued.delete(series);
      working = write(series).then(() => {
        working = undefined;
        writeNext();
      });
      return;
    }
  };
  const write = async (series: Series): Promise<void> => {
    for (;;) {
      try {
        await writeOnce(series, abort.signal);
        series.writes += 1;
        series.failures = 0;
        return;
      } catch (error) {
        const unavailable = error instanceof KubeError && error.kind === "unavailable" && !abort.signal.aborted;
        const leastMs = unavailable ? retryMs[series.failures] : undefined;
        if (!unavailable || leastMs === undefined) {
          leaveOut(series, error);
          return;
        }
        series.failures += 1;
        const waitMs = Math.max(leastMs, Math.min(error.retryAfterMs ?? 0, 30_000));
        // Too many events may be this namespace's alone (the admission plugin EventRateLimit).
        if (error.status === 429 && !stopped) {
          pause(series, waitMs);
          return;
        }
        await sleep(clock, waitMs, abort.signal);
      }
    }
  };
  const leaveOut = (series: Series, error: unknown): void => {
    const { kind, namespace, name } = series.event.regarding;
    const gone = error instanceof KubeError && error.kind === "notFound";
    const fields = { kind, namespace, name, reason: series.event.reason, error: errorText(error) };
    log[gone ? "debug" : "warn"](fields, "event not written");
    dropped += 1;
    forget(series);
  };
  /** Has the event, and the others of its namespace, wait. */
  const pause = (series: Series, waitMs: number): void => {
    series.cancel?.();
    series.cancel = undefined;
    if (known.get(series.key) === series) queued.add(series);
    const { namespace } = series.event.regarding;
    const resume = (): void => {
      paused.delete(namespace);
      writeNext();
    };
    paused.set(namespace, clock.after(waitMs, resume));
  };

  return {
    record: (said) => {
      if (stopped) return;
      const now = clock.now();
      const event = { ...said, note: shortNote(said.note) };
      const key = JSON.stringify([event.regarding.uid, event.type, event.reason, event.action, event.note]);
      const series = known.get(key);
      if (series !== undefined && now - series.lastMs <= windowMs) repeat(series, now);
      else {
        if (series !== undefined) forget(series);
        begin(key, event, now);
      }
    },
    stop: async (timeoutMs = 2_000) => {
      stopped = true;
      for (const series of known.values()) {
        if (series.cancel === undefined) continue;
        series.cancel();
        enqueue(series);
      }
      for (const cancel of paused.values()) cancel();
      paused.clear();
      writeNext();
      const cancel = clock.after(timeoutMs, () => abort.abort());
      while (working !== undefined) await working;
      cancel();
    },
    dropped: () => dropped,
  };
}
