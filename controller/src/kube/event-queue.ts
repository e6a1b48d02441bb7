import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { KubeError } from "./errors.ts";
import type { WrittenEvent } from "./event-writer.ts";

/** Events that wait to be written. */
export interface EventQueue<Waiting extends WrittenEvent> {
  /** Has an event written in its turn, unless it waits already. Where there is no room, it or another is left out. */
  readonly add: (waiting: Waiting) => void;
  readonly has: (waiting: Waiting) => boolean;
  /** Takes an event out; a write of it that is under way is not tried again where its namespace has to wait. */
  readonly delete: (waiting: Waiting) => void;
  /** Writes what waits, for at most `timeoutMs`; no namespace is waited for any more. */
  readonly stop: (timeoutMs: number) => Promise<void>;
}

/** What a queue of events needs. */
export interface EventQueueOptions<Waiting extends WrittenEvent> {
  readonly clock: Clock;
  /** Rejects with a KubeError. */
  readonly write: (waiting: Waiting, signal: AbortSignal) => Promise<void>;
  /** Called for an event that is not written: there is no room (no error), or its write has failed for good. */
  readonly onLeftOut: (waiting: Waiting, error?: unknown) => void;
}

const maxQueued = 1_000;
const retryMs = [1_000, 5_000, 15_000] as const;
const longestRetryMs = 30_000;

/**
 * Writes events in their order, one at a time, and tries again what failed as the API server was not available. A namespace of
 * which the API server takes no more for now keeps no other's events waiting, nor takes their room.
 */
export function eventQueue<Waiting extends WrittenEvent>(options: EventQueueOptions<Waiting>): EventQueue<Waiting> {
  const { clock, onLeftOut } = options;
  const queued = new Set<Waiting>();
  /** How often the write that is due has failed. */
  const failures = new WeakMap<Waiting, number>();
  /** Namespaces whose events wait, and how to end that before its time. */
  const paused = new Map<string, () => void>();
  const abort = new AbortController();
  /** The event that is being written, unless it was taken out meanwhile. */
  let current: Waiting | undefined;
  let working: Promise<void> | undefined;
  let stopped = false;

  const isPaused = ({ event }: Waiting): boolean => paused.has(event.regarding.namespace);
  /** One that can't be written for now leaves its place to one that can. */
  const leavesRoomFor = (waiting: Waiting): Waiting => {
    if (isPaused(waiting)) return waiting;
    for (const other of queued) if (isPaused(other)) return other;
    return waiting;
  };
  const writeNext = (): void => {
    if (working !== undefined) return;
    for (const waiting of queued) {
      if (isPaused(waiting)) continue;
      queued.delete(waiting);
      working = write(waiting).then(() => {
        working = undefined;
        writeNext();
      });
      return;
    }
  };
  const write = async (waiting: Waiting): Promise<void> => {
    current = waiting;
    for (;;) {
      try {
        await options.write(waiting, abort.signal);
        failures.delete(waiting);
        return;
      } catch (error) {
        const failed = failures.get(waiting) ?? 0;
        const waitMs = waitAfter(error, failed);
        if (abort.signal.aborted || waitMs === undefined) {
          onLeftOut(waiting, error);
          return;
        }
        failures.set(waiting, failed + 1);
        // Too many events may be this namespace's alone (the admission plugin EventRateLimit).
        if (error instanceof KubeError && error.status === 429 && !stopped) {
          pause(waiting.event.regarding.namespace, waitMs);
          if (current === waiting) queued.add(waiting);
          return;
        }
        await sleep(clock, waitMs, abort.signal);
      }
    }
  };
  const pause = (namespace: string, waitMs: number): void => {
    const resume = (): void => {
      paused.delete(namespace);
      writeNext();
    };
    paused.set(namespace, clock.after(waitMs, resume));
  };

  return {
    add: (waiting) => {
      if (queued.has(waiting)) return;
      if (queued.size >= maxQueued) {
        const left = leavesRoomFor(waiting);
        queued.delete(left);
        onLeftOut(left);
        if (left === waiting) return;
      }
      queued.add(waiting);
      writeNext();
    },
    has: (waiting) => queued.has(waiting),
    delete: (waiting) => {
      queued.delete(waiting);
      if (current === waiting) current = undefined;
    },
    stop: async (timeoutMs) => {
      stopped = true;
      for (const cancel of paused.values()) cancel();
      paused.clear();
      writeNext();
      const cancel = clock.after(timeoutMs, () => abort.abort());
      while (working !== undefined) await working;
      cancel();
    },
  };
}

/** After how many milliseconds a write that had failed so often before this error is tried again; undefined: not at all. */
function waitAfter(error: unknown, failed: number): number | undefined {
  const leastMs = retryMs[failed];
  if (!(error instanceof KubeError) || error.kind !== "unavailable" || leastMs === undefined) return undefined;
  return Math.max(leastMs, Math.min(error.retryAfterMs ?? 0, longestRetryMs));
}
