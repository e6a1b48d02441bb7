import { apiVersion, domains, hostRecords } from "@domain-claims/crds/domain";
import type { Clock } from "../time/clock.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { KubeTransport } from "../kube/calls.ts";
import type { Translate } from "../translate/translate.ts";
import type { WatchedKind, WorldEvent } from "../world/types.ts";
import { silenceMs, startReflector } from "./reflector.ts";

/** What the watches need. */
export interface WatchesOptions {
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Without it: that of an installation that sets no limits. */
  readonly translate?: Translate;
  readonly onEvent: (event: WorldEvent) => void;
  /** Called once, when every kind has been listed once. */
  readonly onSynced: () => void;
}

/** How one kind's watch is doing. */
export interface WatchHealth {
  readonly kind: WatchedKind;
  readonly synced: boolean;
  /** Milliseconds since the API server was last heard of for this kind. */
  readonly lastActivityMs: number;
  /** True if that is too long ago to trust what is known of this kind. */
  readonly stale: boolean;
}

/** Running watches. */
export interface Watches {
  readonly health: () => readonly WatchHealth[];
  /** Ends every watch; no event comes after it resolves. */
  readonly stop: () => Promise<void>;
}

/** Where each kind is listed. */
const paths: { readonly [K in WatchedKind]: string } = {
  Namespace: "/api/v1/namespaces",
  Domain: `/apis/${apiVersion}/${domains.plural}`,
  HostRecord: `/apis/${apiVersion}/${hostRecords.plural}`,
  IngressClass: "/apis/networking.k8s.io/v1/ingressclasses",
  Ingress: "/apis/networking.k8s.io/v1/ingresses",
  Service: "/api/v1/services",
};

/** A dead connection has been given up by then, and the next one should have answered. */
const staleMs = silenceMs + 45_000;

/** Begins to follow every kind; see {@link startReflector}. */
export function startWatches(options: WatchesOptions): Watches {
  const { clock, log, onEvent, random, translate, transport } = options;
  const synced = new Set<WatchedKind>();
  const kinds = Object.keys(paths) as WatchedKind[];
  const onListed = (kind: WatchedKind): void => {
    if (synced.has(kind)) return;
    synced.add(kind);
    if (synced.size < kinds.length) return;
    try {
      options.onSynced();
    } catch (error) {
      log.error({ error: errorText(error) }, "watch: the handler of the first sync failed");
    }
  };
  const reflectors = kinds.map((kind) => {
    const common = { kind, path: paths[kind], transport, clock, random, log, onEvent, ...(translate && { translate }) };
    return { kind, reflector: startReflector({ ...common, onListed: () => onListed(kind) }) };
  });
  return {
    health: () =>
      reflectors.map(({ kind, reflector }) => {
        const lastActivityMs = reflector.lastActivityMs();
        return { kind, synced: synced.has(kind), lastActivityMs, stale: lastActivityMs > staleMs };
      }),
    stop: async () => {
      await Promise.all(reflectors.map(({ reflector }) => reflector.stop()));
    },
  };
}
