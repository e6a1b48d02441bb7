import type { Clock } from "../time/clock.ts";
import { KubeError } from "../kube/errors.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import { sleep } from "../time/sleep.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { translate } from "../translate/translate.ts";
import type { Translate } from "../translate/translate.ts";
import type { WatchedKind, WorldEvent } from "../world/types.ts";
import { decorrelatedBackoff } from "./backoff.ts";
import { differences } from "./differences.ts";
import { listPages } from "./list.ts";
import { watchOnce } from "./watch-once.ts";
import type { WatchEnd } from "./watch-once.ts";

/** What a reflector needs. */
export interface ReflectorOptions {
  readonly kind: WatchedKind;
  /** The kind's list: `/api/v1/services`. */
  readonly path: string;
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly translate?: Translate;
  readonly onEvent: (event: WorldEvent) => void;
  /** Called after every complete list. */
  readonly onListed: () => void;
}

/** One kind, followed. */
export interface Reflector {
  /** Milliseconds since the API server gave the last sign of life for this kind. */
  readonly lastActivityMs: () => number;
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

/**
 * Keeps a kind in view: lists it in pages, then watches from there, for ever. Whatever happens to a watch, it goes on
 * from the last event that was understood; where the server can't (410), or two watches in a row ended without a word
 * or in nonsense, everything is listed again and only the differences are passed on.
 */
export function startReflector(options: ReflectorOptions): Reflector {
  const { clock, kind, log, path, random, transport } = options;
  const abort = new AbortController();
  const { signal } = abort;
  const backoff = decorrelatedBackoff(random, minBackoffMs, maxBackoffMs);
  const known = differences(kind, log, options.translate ?? translate, (event) => {
    if (!signal.aborted) options.onEvent(event);
  });
  let activeAt = clock.monotonic();
  const onActivity = (): void => {
    activeAt = clock.monotonic();
  };
  /** From where to watch; undefined: list first. */
  let from: string | undefined;
  /** Watches in a row after which something may have been missed. */
  let doubts = 0;
  /** Lists in a row from which no watch lived long. */
  let expired = 0;

  const list = async (): Promise<string> => {
    let resourceVersion = "";
    for await (const page of listPages(transport, path, signal)) {
      onActivity();
      if (page.first) known.beginList();
      for (const item of page.items) known.set(item);
      resourceVersion = page.resourceVersion;
    }
    known.endList();
    if (!signal.aborted) options.onListed();
    return resourceVersion;
  };
  const watch = (resourceVersion: string): Promise<WatchEnd> => {
    const timeoutSeconds = Math.round(watchSeconds.least + random() * watchSeconds.spread);
    const request = { transport, clock, path, resourceVersion, timeoutSeconds, silenceMs, signal };
    return watchOnce({ ...request, differences: known, onActivity });
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
      from = undefined;
      expired += 1;
      return expired === 1 ? 0 : backoff.next();
    }
    if (end.kind === "silent" || mayHaveMissed(end.error)) doubts += 1;
    if (doubts >= 2) from = undefined;
    if (end.kind === "closed" && end.livedMs >= shortMs) return 0;
    return end.kind === "silent" ? 0 : waitAfter(end.error, backoff.next());
  };
  const afterFailedList = (error: unknown): number => {
    from = undefined;
    const waitMs = waitAfter(error, backoff.next());
    log.warn({ kind, retryMs: Math.round(waitMs), error: errorText(error) }, "watch: the list failed");
    return waitMs;
  };

  const step = async (): Promise<number> => {
    if (from === undefined) {
      try {
        from = await list();
        doubts = 0;
      } catch (error) {
        return afterFailedList(error);
      }
    }
    const end = await watch(from);
    const waitMs = afterWatch(end);
    const fields = { kind, end: end.kind, livedMs: Math.round(end.livedMs), retryMs: Math.round(waitMs) };
    if (end.error !== undefined) log.warn({ ...fields, error: errorText(end.error) }, "watch: broke off");
    else log.debug({ ...fields, relist: from === undefined }, "watch: ended");
    return waitMs;
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) await sleep(clock, await step(), signal);
  };
  const running = run();
  return {
    lastActivityMs: () => clock.monotonic() - activeAt,
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

/** Nonsense, and statuses by which the server rejects what we asked for (its data may be older than ours). */
function mayHaveMissed(error: Error | undefined): boolean {
  if (!(error instanceof KubeError)) return error !== undefined;
  if (error.reason === "Malformed" || error.status === 504) return true;
  return error.kind === "refused" || error.kind === "notFound" || error.kind === "conflict";
}

function waitAfter(error: unknown, backoffMs: number): number {
  const asked = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoffMs, Math.min(asked, maxRetryAfterMs));
}
