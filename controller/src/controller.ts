import { randomInt } from "node:crypto";
import { hostname } from "node:os";
import { suffixListDate } from "@domain-claims/crds/suffix";
import { left } from "./decide/certificates/budgets.ts";
import { systemClock } from "./time/clock.ts";
import type { Clock } from "./time/clock.ts";
import { EventLoop } from "./time/event-loop.ts";
import type { Config } from "./settings/config.ts";
import { startDebug } from "./operations/debug.ts";
import { startHealth } from "./operations/health.ts";
import type { Server } from "./operations/http-server.ts";
import { KongAvailability } from "./kong/availability.ts";
import { connectionsNeeded } from "./kong/client.ts";
import type { Kong } from "./kong/client.ts";
import { proxyClient } from "./kong/proxy.ts";
import type { ProxyClient } from "./kong/proxy.ts";
import { kongTransport } from "./kong/transport.ts";
import type { KongTransport } from "./kong/calls.ts";
import { eventRecorder } from "./kube/events.ts";
import { instrumentedTransport } from "./kube/instrumented-transport.ts";
import { kubeTransport } from "./kube/transport.ts";
import type { KubeTransport } from "./kube/calls.ts";
import type { AdjustableLog } from "./operations/logging/log.ts";
import type { Log } from "./operations/logging/logger.ts";
import { leadership } from "./leader/leadership.ts";
import type { Leadership } from "./leader/leadership.ts";
import type { Reconciler } from "./reconcile/reconciler.ts";
import { createMetrics } from "./operations/metrics.ts";
import type { Metrics } from "./operations/metrics.ts";
import { dnsCache } from "./operations/dns-cache.ts";
import { selfReport } from "./operations/self-report.ts";
import { overviewOf } from "./operations/overview.ts";
import type { Overview, OverviewOptions } from "./operations/overview.ts";
import { checkCluster, checkKong } from "./operations/preflight.ts";
import { version } from "./settings/version.ts";
import { concurrencyOf, kongOver, reconcilerOf } from "./term.ts";
import type { TermParts } from "./term.ts";
import { translator } from "./translate/translate.ts";
import { watchesFor } from "./watch/kinds.ts";
import type { Purposes } from "./watch/kinds.ts";
import { startWatches } from "./watch/watches.ts";
import type { Watches } from "./watch/watches.ts";
import { World } from "./world/world.ts";

/** A running controller. */
export interface Controller {
  /** Where `/readyz` and `/metrics` are. */
  readonly healthPort: number;
  /**
   * Rejects with {@link Unusable} if Kong turns out to be one that can't be used, and where what is known of the cluster is of a
   * time that is no more; never resolves.
   */
  readonly failed: Promise<never>;
  /** Ends in order: no more writes, the Lease released, what is known said. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a controller: it watches at once, and decides and writes while it leads. Throws {@link Unusable} if Kong answers
 * and is one that can't be used; a Kong that does not answer is waited for.
 */
export async function startController(config: Config, log: AdjustableLog): Promise<Controller> {
  const clock = systemClock;
  const eventLoop = new EventLoop(clock);
  // What Math.random has given tells what it will give, and the sentinel shows others one of two such values.
  const random = (): number => randomInt(2 ** 47) / 2 ** 47;
  const metrics = createMetrics({ version, suffixListDate, process: true });
  log.info({ version, suffixListDate }, "domain claims controller starts");

  const dns = dnsCache(log);
  const { toKong, kong, toCluster } = await connect(config, { clock, eventLoop, metrics, dns, log });
  const availability = new KongAvailability({ kong, clock, log });
  const proxies = proxyClient();
  const events = eventRecorder({
    ...{ transport: toCluster, clock, random, log },
    controllerName: config.settings.ingressController,
    instance: hostname(),
  });

  const world = new World(config.limits, { orders: config.orders !== undefined });
  const translate = translator(
    config.limits,
    config.settings.primaryNamespaces.map(({ key }) => key),
  );
  const overview = overviewOf({
    ...{ world, clock, log, availability, dns, ...overseen(config, world, clock) },
    watches: { health: () => watches.health() },
    leader: { term: () => leader.term(), waitsMs: () => leader.waitsMs() },
  });
  const { failed, fail } = failure();
  const term: TermParts = {
    ...{ config, clock, eventLoop, random, log, metrics, world, translate },
    ...{ toKong, toCluster, availability, events, dns, proxies, fail },
  };
  const { enabled: elects, ...lease } = config.leaderElection;
  const leader = leadership({
    ...{ transport: toCluster, clock, random, log, identity: hostname() },
    lease: elects ? lease : undefined,
    annotations: () => selfReport(version, config.settings, overview.checks()),
    catchUp: async () => {
      await Promise.all([watches.reopen(), watches.relist("HostRecord")]);
    },
    newTerm: (held, over) => reconcilerOf(term, held, over),
    onLeading: metrics.leading,
    onWentBack: () => {
      fail(new Error(wentBack));
    },
  });
  availability.start();
  world.subscribe(overview.note);
  const watches = startWatches({
    ...{ transport: toCluster, clock, eventLoop, random, log, translate, watches: watchesFor(purposesOf(config)) },
    onEvent: (event) => world.apply(event),
    unshown: (kind) => world.unshown(kind),
    onSynced: () => {
      overview.synced();
      leader.start();
    },
  });
  const servers = await startServers(config, { overview, metrics, leader, log });
  const stop = (): Promise<void> =>
    stopInOrder({ leader, watches, events, servers, availability, overview, proxies, toKong, toCluster, log });
  return { healthPort: servers[0].port, failed, stop };
}

const wentBack =
  "the API server has gone back to an earlier time, as when etcd is restored from a backup: " +
  "what this process knows is no longer so, and it ends, to learn everything anew when it is started again";

/** Opens the ways to Kong and to the API server, and asks both who they are. Throws {@link Unusable} for such a Kong, and an Error where no cluster is configured. */
async function connect(
  config: Config,
  { clock, eventLoop, metrics, dns, log }: Pick<TermParts, "clock" | "eventLoop" | "metrics" | "dns" | "log">,
): Promise<Pick<TermParts, "toKong" | "toCluster"> & { readonly kong: Kong }> {
  const toKong = kongTransport({ ...config.kong, connections: connectionsNeeded(concurrencyOf(config)), eventLoop });
  const kong = kongOver(config, toKong, metrics);
  const cluster = await kubeTransport({ ...config.kubernetes, eventLoop });
  const [info] = await Promise.all([checkKong(kong, config.kong.url, log), checkCluster(cluster, log)]);
  dns.note(info?.dnsCacheMs);
  return { toKong, kong, toCluster: instrumentedTransport(cluster, clock, metrics.kubernetesCall) };
}

/** What of the settings is watched over. */
function overseen(
  { orders, publish }: Config,
  world: World,
  clock: Clock,
): Pick<OverviewOptions, "published" | "issuer" | "approves" | "orderBudgetLeft"> {
  return {
    published: publish.kind === "service" ? publish : undefined,
    issuer: orders?.issuer,
    approves: orders?.approveRequests === true,
    orderBudgetLeft: () =>
      orders === undefined ? Infinity : left(orders.limits.account, world.certificates.accountFullAt, clock.now()),
  };
}

/** What ends the process by itself: `failed` rejects with the first reason that `fail` is told. */
function failure(): { readonly failed: Promise<never>; readonly fail: (why: Error) => void } {
  let fail: (why: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  return { failed, fail };
}

function purposesOf({ orders }: Config): Purposes {
  return {
    orders: orders !== undefined,
    clusterIssuers: orders?.issuer.kind === "ClusterIssuer",
    issuers: orders?.issuer.kind === "Issuer",
    approvals: orders?.approveRequests === true,
  };
}

interface ServerParts {
  readonly overview: Overview;
  readonly metrics: Metrics;
  readonly leader: Leadership<Reconciler>;
  readonly log: AdjustableLog;
}

/** Starts the health server, and where they are asked for the debug pages. Rejects with a sentence if an address can't be used. */
async function startServers(
  { debug: debugAddress, health }: Config,
  { overview, metrics, leader, log }: ServerParts,
): Promise<readonly [Server, ...Server[]]> {
  const server = await startHealth({
    address: health,
    checks: overview.checks,
    registry: {
      contentType: metrics.registry.contentType,
      metrics: () => {
        metrics.sample(overview.sample());
        return metrics.registry.metrics();
      },
    },
  });
  log.info({ port: server.port }, "health and metrics are served");
  if (debugAddress === undefined) return [server];
  const debug = await startDebug({ address: debugAddress, term: leader.term, log });
  log.info({ port: debug.port }, "debug pages are served to this machine");
  return [server, debug];
}

async function stopInOrder(parts: {
  readonly leader: Leadership<Reconciler>;
  readonly watches: Watches;
  readonly events: { readonly stop: () => Promise<void> };
  readonly servers: readonly Server[];
  readonly availability: KongAvailability;
  readonly overview: Overview;
  readonly proxies: ProxyClient;
  readonly toKong: KongTransport;
  readonly toCluster: KubeTransport;
  readonly log: Log;
}): Promise<void> {
  parts.log.info({}, "stopping");
  await parts.leader.stop();
  parts.availability.stop();
  parts.overview.stop();
  await parts.watches.stop();
  await parts.events.stop();
  await Promise.all(parts.servers.map((server) => server.close()));
  await Promise.allSettled([parts.proxies.close(), parts.toKong.close(), parts.toCluster.close()]);
  parts.log.info({}, "stopped");
}
