import { listPages } from "../kube/list.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import { FairQueue } from "../queue/fair-queue.ts";
import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { atLeastVersion } from "../world/compare.ts";
import type { WatchedKind } from "../world/event.ts";
import { decorrelatedBackoff } from "./backoff.ts";
import { identityOf, namesOf } from "./differences.ts";
import type { Differences } from "./differences.ts";

/**
 * The objects of a kind that are too long to be read while the others of the kind wait. A watch says that there is a new
 * version of such an object; it is read from the API server itself, when it is its turn, as it is then.
 */
export interface LongObjects {
  /** There is a new version of the object: it is read in its turn, once, however many more versions come meanwhile. */
  readonly read: (object: unknown) => void;
  /** False for a version that has been read already, or one before that: a read is ahead of the watch. */
  readonly isNews: (object: unknown) => boolean;
  /** The object has become short, or is gone: nothing that is read of it counts any more. */
  readonly outdate: (object: unknown) => void;
  /** Everything is listed anew: whatever waits is in that. */
  readonly forget: () => void;
  /** Resolves when nothing is being read. */
  readonly idle: () => Promise<void>;
}

/** What {@link longObjects} needs. */
export interface LongObjectsOptions {
  readonly kind: WatchedKind;
  readonly transport: KubeTransport;
  /** Where the kind is listed, and what of it. */
  readonly path: string;
  readonly selectors: Readonly<Record<string, string>>;
  readonly accept?: string | undefined;
  readonly differences: Pick<Differences, "set">;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const minBackoffMs = 800;
const maxBackoffMs = 30_000;

/**
 * Reads one object at a time. Namespaces take turns, so whoever changes a thousand of them all the time has each read once in
 * a while, and keeps another's waiting for one. A read that fails is tried again.
 */
export function longObjects(options: LongObjectsOptions): LongObjects {
  const { clock, differences, kind, log, signal } = options;
  const waiting = new FairQueue((key) => namesOf(key).namespace);
  /** Which version each of them has at least. */
  const wanted = new Map<string, string>();
  /** The versions that were read, of which the watch has not told yet. */
  const ahead = new Map<string, string>();
  const backoff = decorrelatedBackoff(options.random, minBackoffMs, maxBackoffMs);
  let reading: { readonly key: string; isOld: boolean } | undefined;
  let running: Promise<void> | undefined;

  const done = (key: string): void => {
    waiting.remove(key);
    wanted.delete(key);
  };
  const readNext = async (key: string): Promise<void> => {
    const mine = { key, isOld: false };
    reading = mine;
    try {
      const object = await readObject(options, key);
      backoff.reset();
      const version = identityOf(object)?.resourceVersion;
      // Where it is not there any more, the watch says so, or the next list does.
      if (mine.isOld || version === undefined) return;
      if (atLeastVersion(version, wanted.get(key) ?? version)) done(key);
      ahead.set(key, version);
      await differences.set(object, () => mine.isOld);
    } catch (error) {
      if (signal.aborted) return;
      const retryMs = Math.round(backoff.next());
      log.warn({ kind, object: key, retryMs, error: errorText(error) }, "watch: a long object could not be read");
      if (!mine.isOld) waiting.add(key, clock.monotonic());
      await sleep(clock, retryMs, signal);
    } finally {
      reading = undefined;
    }
  };
  const run = async (): Promise<void> => {
    for (let next = waiting.take(); next !== undefined && !signal.aborted; next = waiting.take()) {
      await readNext(next.key);
    }
    running = undefined;
  };

  return {
    read: (object) => {
      const identity = identityOf(object);
      if (identity === undefined) return;
      waiting.add(identity.key, clock.monotonic());
      wanted.set(identity.key, identity.resourceVersion);
      running ??= run();
    },
    isNews: (object) => {
      const identity = identityOf(object);
      if (identity === undefined) return true;
      const { key, resourceVersion } = identity;
      const read = ahead.get(key);
      if (read !== undefined) {
        if (atLeastVersion(resourceVersion, read)) ahead.delete(key);
        if (atLeastVersion(read, resourceVersion)) return false;
      }
      return true;
    },
    outdate: (object) => {
      const key = identityOf(object)?.key;
      if (key === undefined) return;
      done(key);
      if (reading?.key === key) reading.isOld = true;
    },
    forget: () => {
      if (reading !== undefined) reading.isOld = true;
      waiting.clear();
      wanted.clear();
      ahead.clear();
    },
    idle: async () => {
      await running;
    },
  };
}

/** The object as it is now; undefined if there is none. Throws KubeError. */
async function readObject(options: LongObjectsOptions, key: string): Promise<unknown> {
  const { accept, path, selectors, signal, transport } = options;
  const { name, namespace } = namesOf(key);
  const slash = path.lastIndexOf("/");
  const own = namespace === "" ? path : `${path.slice(0, slash)}/namespaces/${namespace}${path.slice(slash)}`;
  const fieldSelector = [selectors["fieldSelector"], `metadata.name=${name}`].filter(Boolean).join();
  const most = { items: 1, bytes: Infinity };
  for await (const { items } of listPages(transport, own, { ...selectors, fieldSelector }, signal, most, accept))
    return items[0];
  return undefined;
}
