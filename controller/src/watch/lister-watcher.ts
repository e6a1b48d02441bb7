import { defaultPageLimits, listPages } from "../kube/list.ts";
import type { PageLimits } from "../kube/list.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { metadataAlone } from "../kube/metadata-alone.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { Clock } from "../time/clock.ts";
import type { EventLoop } from "../time/event-loop.ts";
import { translate } from "../translate/translate.ts";
import type { Translate } from "../translate/translate.ts";
import type { WorldEvent } from "../world/event.ts";
import { differences } from "./differences.ts";
import type { Unshown } from "./differences.ts";
import type { Watch } from "./kinds.ts";
import { longObjects } from "./long-objects.ts";
import { watchOnce } from "./watch-once.ts";
import type { WatchEnd, WatchOnceOptions } from "./watch-once.ts";

/** What a lister-watcher needs. */
export interface ListerWatcherOptions {
  readonly watch: Watch;
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly eventLoop: EventLoop;
  readonly translate?: Translate;
  /** Of the lists of a server that does not stream them. */
  readonly pageLimits?: PageLimits;
  readonly onEvent: (event: WorldEvent) => void;
  /** What is known of the kind by answers to calls; default: nothing. */
  readonly unshown?: Unshown;
}

/** The lists and watches of one kind, one at a time. */
export interface ListerWatcher {
  /** Asks for pages of everything; resolves to the version of the list when all of it has been passed on. Throws KubeError. */
  readonly listInPages: (request: Pick<WatchOnceOptions, "signal" | "onActivity">) => Promise<string>;
  /** One watch; see {@link watchOnce}. Never throws. */
  readonly watch: (
    request: Pick<WatchOnceOptions, "resourceVersion" | "signal" | "onActivity" | "onListed">,
  ) => Promise<WatchEnd>;
  /** Passes on that everything is gone. */
  readonly forgetAll: () => Promise<void>;
  /** Resolves when nothing is being read beside lists and watches. */
  readonly idle: () => Promise<void>;
}

/**
 * Bookmarks come about once a minute, so this is a dead connection; or an API server which has just started and has seen
 * no change of the kind yet, where the false alarm costs one more watch.
 */
export const silenceMs = 100_000;
/** The API server closes watches by then; spread, so that the kinds do not come back together. */
const watchSeconds = { least: 261, spread: 58 };

/** Lists and watches a kind, and passes the differences on until `stopped` aborts. */
export function listerWatcher(options: ListerWatcherOptions, stopped: AbortSignal): ListerWatcher {
  const { clock, eventLoop, log, pageLimits = defaultPageLimits, random, transport } = options;
  const { kind, metadataOnly, path } = options.watch;
  const selectors = selectorsOf(options.watch);
  const accept = metadataOnly === true ? metadataAlone : undefined;
  const onEvent = (event: WorldEvent): void => {
    if (!stopped.aborted) options.onEvent(event);
  };
  const known = differences(kind, log, options.translate ?? translate, onEvent, eventLoop, options.unshown);
  const long = longObjects({
    ...{ kind, transport, path, selectors, accept: accept?.list, clock, random, log, signal: stopped },
    differences: known,
  });
  return {
    listInPages: async ({ signal, onActivity }) => {
      let resourceVersion = "";
      long.forget();
      known.beginList();
      for await (const page of listPages(transport, path, selectors, signal, pageLimits, accept?.list)) {
        onActivity();
        for (const item of page.items) {
          await known.set(item);
        }
        ({ resourceVersion } = page);
      }
      await known.endList(resourceVersion);
      return resourceVersion;
    },
    watch: (request) =>
      watchOnce({
        ...{ transport, clock, eventLoop, path, selectors, accept: accept?.object, silenceMs },
        ...{ differences: known, longObjects: long },
        timeoutSeconds: Math.round(watchSeconds.least + random() * watchSeconds.spread),
        ...request,
      }),
    forgetAll: async () => {
      long.forget();
      known.beginList();
      await known.endList(undefined);
    },
    idle: long.idle,
  };
}

function selectorsOf({ fieldSelector, labelSelector }: Watch): Readonly<Record<string, string>> {
  return {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}
