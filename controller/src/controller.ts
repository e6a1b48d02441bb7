import { randomInt } from "node:crypto";
import { hostname } from "node:os";
import { suffixListDate } from "@domain-claims/crds/suffix";
import { left } from "./decide/certificates/budgets.ts";
import { systemClock } from "./time/clock.ts";
import { EventLoop } from "./time/event-loop.ts";
import type { Config } from "./settings/config.ts";
import { startDebug } from "./operations/debug.ts";
import type { Check } from "./operations/health.ts";
import { startHealth } from "./operations/health.ts";
import type { Server } from "./operations/http-server.ts";
import { KongAvailability } from "./kong/availability.ts";
import { connectionsNeeded } from "./kong/client.ts";
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
import { Census } from "./operations/census.ts";
import { dnsCache } from "./operations/dns-cache.ts";
import { issuerState } from "./operations/issuer-state.ts";
import { OtherApprovers } from "./operations/other-approvers.ts";
import { LongestTurn } from "./operations/longest-turn.ts";
import { selfReport } from "./operations/self-report.ts";
import { sampleOf } from "./operations/sample.ts";
import { publishService } from "./operations/publish-service.ts";
import type { PublishService } from "./operations/publish-service.ts";
import { checks } from "./operations/readiness.ts";
import { checkCluster, checkKong } from "./operations/preflight.ts";
import { version } from "./settings/version.ts";
import { concurrencyOf, kongOver, reconcilerOf } from "./term.ts";
import { translator } from "./translate/translate.ts";
import { watchesFor } from "./watch/kinds.ts";
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

  const toKong = kongTransport({ ...config.kong, connections: connectionsNeeded(concurrencyOf(config)), eventLoop });
  const kong = kongOver(config, toKong, metrics);
  const cluster = await kubeTransport({ ...config.kubernetes, eventLoop });
  const toCluster = instrumentedTransport(cluster, clock, metrics.kubernetesCall);
  const dns = dnsCache(log);
  const [kongInfo] = await Promise.all([checkKong(kong, config.kong.url, log), checkCluster(cluster, log)]);
  dns.note(kongInfo?.dnsCacheMs);

  const availability = new KongAvailability({ kong, clock, log });
  const world = new World(config.limits, { orders: config.orders !== undefined });
  const service = publishedService(config, world, log);
  const census = new Census();
  const longestTurn = new LongestTurn(clock);
  const approvers =
    config.orders?.approveRequests === true ? new OtherApprovers(config.orders.issuer, clock.now()) : undefined;
  const events = eventRecorder({
    transport: toCluster,
    clock,
    random,
    controllerName: config.settings.ingressController,
    instance: hostname(),
    log,
  });
  let fail: (why: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  const translate = translator(
    config.limits,
    config.settings.primaryNamespaces.map(({ key }) => key),
  );
  const proxies = proxyClient();
  const parts = { config, clock, eventLoop, random, log, metrics, world, toKong, toCluster, availability, events, dns };
  const newTerm = (held: () => boolean, over: AbortSignal): Reconciler =>
    reconcilerOf({ ...parts, translate, proxies, fail }, held, over);
  const { enabled: elects, ...lease } = config.leaderElection;
  let synced = false;
  const health = (): readonly Check[] => {
    const issuer = synced && config.orders !== undefined ? issuerState(config.orders.issuer, world) : undefined;
    const term = leader.term();
    const waitsMs = leader.waitsMs();
    return checks({
      watches,
      availability,
      term,
      waitsMs,
      service: synced ? service : undefined,
      approvers,
      dns,
      issuer,
    });
  };
  const leader = leadership({
    lease: elects ? lease : undefined,
    identity: hostname(),
    annotations: () => selfReport(version, config.settings, health()),
    transport: toCluster,
    clock,
    random,
    log,
    catchUp: async () => {
      await Promise.all([watches.reopen(), watches.relist("HostRecord")]);
    },
    newTerm,
    onLeading: metrics.leading,
    onWentBack: () => {
      fail(new Error(wentBack));
    },
  });
  const orderBudgetLeft = (): number =>
    config.orders === undefined
      ? Infinity
      : left(config.orders.limits.account, world.certificates.accountFullAt, clock.now());
  availability.start();
  world.subscribe((event) => {
    census.note(event);
    approvers?.note(event);
    if (event.kind === "Service" && synced) service?.look();
  });
  const watches = startWatches({
    transport: toCluster,
    clock,
    eventLoop,
    random,
    log,
    translate,
    watches: watchesFor({
      orders: config.orders !== undefined,
      clusterIssuers: config.orders?.issuer.kind === "ClusterIssuer",
      issuers: config.orders?.issuer.kind === "Issuer",
      approvals: config.orders?.approveRequests === true,
    }),
    onEvent: (event) => world.apply(event),
    unshown: (kind) => world.unshown(kind),
    onSynced: () => {
      synced = true;
      service?.look();
      leader.start();
    },
  });
  const server = await startHealth({
    address: config.health,
    checks: health,
    registry: {
      contentType: metrics.registry.contentType,
      metrics: () => {
        const term = leader.term();
        const { certificates } = world;
        metrics.sample(
          sampleOf({ census, watches, availability, longestTurn, certificates, orderBudgetLeft, term, clock }),
        );
        return metrics.registry.metrics();
      },
    },
  });
  log.info({ port: server.port }, "health and metrics are served");
  const debug = config.debug && (await startDebug({ address: config.debug, term: () => leader.term(), log }));
  if (debug !== undefined) log.info({ port: debug.port }, "debug pages are served to this machine");
  const servers = debug === undefined ? [server] : [server, debug];
  const stop = (): Promise<void> =>
    stopInOrder({ leader, watches, events, servers, availability, longestTurn, proxies, toKong, toCluster, log });
  return { healthPort: server.port, failed, stop };
}

const wentBack =
  "the API server has gone back to an earlier time, as when etcd is restored from a backup: " +
  "what this process knows is no longer so, and it ends, to learn everything anew when it is started again";

function publishedService({ publish }: Config, world: World, log: Log): PublishService | undefined {
  if (publish.kind !== "service") return undefined;
  const { namespace, name } = publish;
  return publishService(`${namespace}/${name}`, () => world.service(namespace, name), log);
}

async function stopInOrder(parts: {
  readonly leader: Leadership<Reconciler>;
  readonly watches: Watches;
  readonly events: { readonly stop: () => Promise<void> };
  readonly servers: readonly Server[];
  readonly availability: KongAvailability;
  readonly longestTurn: LongestTurn;
  readonly proxies: ProxyClient;
  readonly toKong: KongTransport;
  readonly toCluster: KubeTransport;
  readonly log: Log;
}): Promise<void> {
  parts.log.info({}, "stopping");
  await parts.leader.stop();
  parts.availability.stop();
  parts.longestTurn.stop();
  await parts.watches.stop();
  await parts.events.stop();
  await Promise.all(parts.servers.map((server) => server.close()));
  await Promise.allSettled([parts.proxies.close(), parts.toKong.close(), parts.toCluster.close()]);
  parts.log.info({}, "stopped");
}
