import { KubeError } from "./errors.ts";
import { shortNote } from "./event-object.ts";
import { eventQueue } from "./event-queue.ts";
import { eventWriter } from "./event-writer.ts";
import type { EventWriterOptions, WrittenEvent } from "./event-writer.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
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
/** An object's events, then a namespace's: a tenant who makes objects misbehave can't flood the API server. */
const perObject = { burst: 10, perSecond: 1 / 30, maxKeys: 5_000 };
const perNamespace = { burst: 100, perSecond: 2, maxKeys: 5_000 };

/** One event and how often it was seen. */
interface Series extends WrittenEvent {
  readonly key: string;
  lastMs: number;
  count: number;
  writes: number;
  /** Ends the wait for the next write. */
  cancel?: (() => void) | undefined;
}

/**
 * Records events (events.k8s.io/v1) in the background. An event that repeats within six minutes counts up the first one's
 * series instead of making another object. What does not fit the limits is left out.
 */
export function eventRecorder(options: EventRecorderOptions): EventRecorder {
  const { clock, log } = options;
  const writeOnce = eventWriter(options);
  const objectAllows = tokenBuckets(clock, perObject);
  const namespaceAllows = tokenBuckets(clock, perNamespace);
  const known = new Map<string, Series>();
  let stopped = false;
  let dropped = 0;

  const queue = eventQueue<Series>({
    clock,
    write: async (series, signal) => {
      await writeOnce(series, signal);
      series.writes += 1;
    },
    onLeftOut: (series, error) => {
      if (error !== undefined) logFailure(log, series, error);
      dropped += 1;
      forget(series);
    },
  });
  const forget = (series: Series): void => {
    series.cancel?.();
    queue.delete(series);
    if (known.get(series.key) === series) known.delete(series.key);
  };
  const enqueue = (series: Series): void => {
    series.cancel = undefined;
    queue.add(series);
  };
  const begin = (key: string, event: KubeEvent, now: number): void => {
    const { uid, namespace } = event.regarding;
    if (!objectAllows(uid) || !namespaceAllows(namespace)) {
      dropped += 1;
      return;
    }
    const series: Series = { key, event, firstMs: now, lastMs: now, count: 1, writes: 0 };
    known.set(key, series);
    for (const oldest of known.values()) {
      if (known.size <= maxSeries) break;
      if (queue.has(oldest)) dropped += 1;
      forget(oldest);
    }
    enqueue(series);
  };
  const repeat = (series: Series, now: number): void => {
    series.lastMs = now;
    series.count += 1;
    if (series.cancel !== undefined || queue.has(series)) return;
    const waitMs = Math.min(windowMs, repeatMs * 2 ** Math.max(0, series.writes - 1));
    series.cancel = clock.after(waitMs, () => enqueue(series));
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
      await queue.stop(timeoutMs);
    },
    dropped: () => dropped,
  };
}

function logFailure(log: Log, { event }: Series, error: unknown): void {
  const { kind, namespace, name } = event.regarding;
  const gone = error instanceof KubeError && error.kind === "notFound";
  const fields = { kind, namespace, name, reason: event.reason, error: errorText(error) };
  log[gone ? "debug" : "warn"](fields, "event not written");
}
