import type { Clock } from "../time/clock.ts";
import { EventLoop } from "../time/event-loop.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { KubeTransport } from "../kube/calls.ts";
import type { Translate } from "../translate/translate.ts";
import type { WatchedKind, WorldEvent } from "../world/event.ts";
import type { Unshown } from "./differences.ts";
import { watches } from "./kinds.ts";
import type { Watch } from "./kinds.ts";
import type { PageLimits } from "../kube/list.ts";
import { silenceMs } from "./lister-watcher.ts";
import { Reflector } from "./reflector.ts";
import type { KindHealth } from "./vitals.ts";

/** What the watches need. */
export interface WatchesOptions {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  /** What else there is to do shares it; default: one of its own. */
  readonly eventLoop?: EventLoop;
  readonly random: () => number;
  readonly log: Log;
  /** Without it: that of an installation that sets no limits. */
  readonly translate?: Translate;
  /** Of the lists of a server that does not stream them; without it: pages of 500 objects and 4 MiB. */
  readonly pageLimits?: PageLimits;
  /** After how many milliseconds, up to twice as many, an optional kind that is not installed is looked for again. */
  readonly lookAgainMs?: number;
  readonly onEvent: (event: WorldEvent) => void;
  /** What is known of a kind by answers to calls, and not from its watch so far; default: nothing. */
  readonly unshown?: (kind: WatchedKind) => ReturnType<Unshown>;
  /** Called once, when every kind has been listed once, or is optional and not installed. */
  readonly onSynced: () => void;
  /** Default: every kind. */
  readonly watches?: readonly Watch[];
}

/** How one kind's watch is doing. */
export interface WatchHealth extends KindHealth {
  readonly kind: WatchedKind;
  /** True once the kind has been listed as a whole, or is optional and not installed. */
  readonly synced: boolean;
  /** True if what is known of the kind was last known to be all of it too long ago to be trusted. */
  readonly stale: boolean;
}

/** Running watches. */
export interface Watches {
  readonly health: () => readonly WatchHealth[];
  /** Lists a kind anew; resolves when all of it has been passed on that was written before the call. Never rejects. */
  readonly relist: (kind: WatchedKind) => Promise<void>;
  /** Opens every watch anew, from where it is; resolves when the API server has answered each, or after two seconds. Never rejects. */
  readonly reopen: () => Promise<void>;
  /** Ends every watch; no event comes after it resolves. */
  readonly stop: () => Promise<void>;
}

/** A dead connection has been given up by then, and the next one should have answered. */
const staleMs = silenceMs + 45_000;

/** Begins to follow every kind; see {@link Reflector}. */
export function startWatches(options: WatchesOptions): Watches {
  const { clock, log, onEvent, lookAgainMs, pageLimits, random, translate, transport, unshown } = options;
  const table = options.watches ?? watches;
  const synced = new Set<Watch>();
  const onListed = (watch: Watch): void => {
    if (synced.has(watch)) return;
    synced.add(watch);
    if (synced.size < table.length) return;
    try {
      options.onSynced();
    } catch (error) {
      log.error({ error: errorText(error) }, "watch: the handler of the first sync failed");
    }
  };
  const eventLoop = options.eventLoop ?? new EventLoop(clock);
  const reflectors = table.map((watch) => {
    const common = { watch, transport, clock, eventLoop, random, log, onEvent, onListed: () => onListed(watch) };
    const given = {
      ...(translate && { translate }),
      ...(pageLimits && { pageLimits }),
      ...(lookAgainMs && { lookAgainMs }),
      ...(unshown && { unshown: () => unshown(watch.kind) }),
    };
    return { watch, reflector: new Reflector({ ...common, ...given }) };
  });
  for (const { reflector } of reflectors) reflector.start();
  return {
    health: () =>
      reflectors.map(({ watch, reflector }) => {
        const health = reflector.health();
        return { kind: watch.kind, synced: synced.has(watch), ...health, stale: health.lastCurrentMs > staleMs };
      }),
    relist: async (kind) => {
      await Promise.all(
        reflectors.filter(({ watch }) => watch.kind === kind).map(({ reflector }) => reflector.relist()),
      );
    },
    reopen: async () => {
      await Promise.all(reflectors.map(({ reflector }) => reflector.reopen()));
    },
    stop: async () => {
      await Promise.all(reflectors.map(({ reflector }) => reflector.stop()));
    },
  };
}
