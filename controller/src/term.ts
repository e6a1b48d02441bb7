import { fencedKong, fencedKube } from "./leader/fence.ts";
import type { Clock } from "./time/clock.ts";
import type { EventLoop } from "./time/event-loop.ts";
import type { Config } from "./settings/config.ts";
import type { KongAvailability } from "./kong/availability.ts";
import { kongClient } from "./kong/client.ts";
import type { Kong } from "./kong/client.ts";
import { handshake } from "./kong/handshake.ts";
import type { ProxyClient } from "./kong/proxy.ts";
import { sentinelTag } from "./plan/kong/sentinel.ts";
import { proverFor } from "./apply/kong/prover.ts";
import type { KongTransport } from "./kong/calls.ts";
import { kubeApi } from "./kube/api.ts";
import type { KubeTransport } from "./kube/calls.ts";
import type { Log } from "./operations/logging/logger.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import type { ReconcilerOptions } from "./reconcile/reconciler-options.ts";
import type { Metrics } from "./operations/metrics.ts";
import type { DnsCache } from "./operations/dns-cache.ts";
import { Unusable } from "./operations/preflight.ts";
import type { Translate } from "./translate/translate.ts";
import type { Facts } from "./world/facts.ts";
import type { LoadBalancerAddress } from "./world/core-v1.ts";
import type { World } from "./world/world.ts";

/** What of the process a term of leadership is made of. */
export interface TermParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly eventLoop: EventLoop;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly world: World;
  readonly toKong: KongTransport;
  readonly toCluster: KubeTransport;
  readonly availability: KongAvailability;
  readonly events: ReconcilerOptions["events"];
  readonly dns: DnsCache;
  readonly translate: Translate;
  readonly proxies: ProxyClient;
  readonly fail: (why: Error) => void;
}

/** What runs for one term: it writes while `held()`, and gives its calls up when `over` aborts. */
export function reconcilerOf(parts: TermParts, held: () => boolean, over: AbortSignal): Reconciler {
  const { clock, config, dns, fail, metrics, proxies, random, toCluster, toKong, translate, ...others } = parts;
  const toKongWhileHeld = fencedKong(toKong, held, over);
  return new Reconciler({
    ...others,
    clock,
    random,
    settings: config.settings,
    kube: kubeApi(fencedKube(toCluster, held, over), translate),
    kong: kongOver(config, toKongWhileHeld, metrics),
    limits: config.records,
    orders: config.orders,
    addresses: publishedAddresses(config),
    resyncMs: config.kong.resyncMs,
    foreignHosts: config.kong.foreignHosts,
    httpsProxies: httpsProxies(config),
    proverFor: (info) => {
      const { kongTag } = config.settings;
      const kong = kongClient(toKongWhileHeld, { tag: sentinelTag(kongTag), ...concurrencyOf(config) });
      return proverFor(config.kong, info, { kong, kongTag, proxies, clock, random });
    },
    kongTimeoutMs: config.kong.timeoutMs,
    onUnusableKong: (problem) => {
      fail(new Unusable(problem));
    },
    observeDecision: metrics.decided,
    observeQueue: metrics.worked,
    observeDrift: metrics.driftFound,
    observeLive: metrics.wentLive,
    observeTooLarge: metrics.statusWriteRefused,
    observeForgotten: metrics.foreignForgotten,
    observeKong: ({ dnsCacheMs }) => dns.note(dnsCacheMs),
    observeRequest: metrics.requestDecided,
    observeOrder: metrics.ordered,
  });
}

/** Kong over a transport, with everything of ours in it. */
export function kongOver(config: Config, transport: KongTransport, metrics: Metrics): Kong {
  return kongClient(transport, {
    tag: config.settings.kongTag,
    ...concurrencyOf(config),
    observe: metrics.kongCall,
  });
}

/** How many calls to Kong are under way at once. */
export function concurrencyOf({ kong: { concurrency } }: Config): {
  readonly writes: number;
  readonly removals: number;
} {
  return { writes: concurrency, removals: concurrency };
}

function publishedAddresses(config: Config): (facts: Facts) => readonly LoadBalancerAddress[] {
  const { publish } = config;
  switch (publish.kind) {
    case "nothing":
      return () => [];
    case "addresses":
      return () => publish.addresses;
    case "service":
      return (facts) => facts.service(publish.namespace, publish.name)?.addresses ?? [];
  }
}

/** Those of the gateway's addresses that show certificates; undefined: none does. */
function httpsProxies({ kong }: Config): ReconcilerOptions["httpsProxies"] {
  const urls = kong.proxyUrls.filter((url) => url.startsWith("https:"));
  return urls.length === 0 ? undefined : { urls, handshake };
}
