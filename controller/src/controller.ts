import { hostname } from "node:os";
import { suffixListDate } from "@domain-claims/crds/suffix";
import { fencedKong, fencedKube } from "./leader/fence.ts";
import { systemClock } from "./time/clock.ts";
import type { Config } from "./settings/config.ts";
import type { Health } from "./operations/health.ts";
import { startHealth } from "./operations/health.ts";
import { connectionsNeeded, kongClient, requireSupportedKong } from "./kong/client.ts";
import type { Kong } from "./kong/client.ts";
import { KongError } from "./kong/errors.ts";
import { kongTransport } from "./kong/transport.ts";
import type { KongTransport } from "./kong/calls.ts";
import { kubeApi } from "./kube/api.ts";
import { eventRecorder } from "./kube/events.ts";
import { instrumentedTransport } from "./kube/instrumented-transport.ts";
import { kubeTransport } from "./kube/transport.ts";
import type { KubeTransport } from "./kube/calls.ts";
import type { Logger } from "./operations/logging/log.ts";
import { leadership } from "./leader/leadership.ts";
import type { Leadership, NewTerm } from "./leader/leadership.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import type { ReconcilerOptions } from "./reconcile/reconciler.ts";
import { createMetrics } from "./operations/metrics.ts";
import type { Metrics } from "./operations/metrics.ts";
import { checks, pollKong } from "./operations/readiness.ts";

import { version } from "./settings/version.ts";
import { translator } from "./translate/translate.ts";
import { startWatches } from "./watch/watches.ts";
import type { Watches } from "./watch/watches.ts";
import type { Facts } from "./world/facts.ts";
import type { LoadBalancerAddress } from "./world/types.ts";
import { World } from "./world/world.ts";

/** The name under which we write fields, events and Leases. */
export const fieldManager = "domain-claims";

/** Something that an administrator has to mend before the controller can run; the message is for people. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

/** A running controller. */
export interface Controller {
  /** Where `/readyz` and `/metrics` are. */
  readonly healthPort: number;
  /** Rejects with {@link Unusable} if Kong turns out to be one that can't be used; never resolves. */
  readonly failed: Promise<never>;
  /** Ends in order: no more writes, the Lease released, what is known said. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a controller: it watches at once, and decides and writes while it leads. Throws {@link Unusable} if Kong answers
 * and is one that can't be used; a Kong that does not answer is waited for.
 */
export async function startController(config: Config, log: Logger): Promise<Controller> {
  const clock = systemClock;
  const random = Math.random;
  const metrics = createMetrics({ version, suffixListDate, process: true });
  log.info({ version, suffixListDate }, "domain claims controller starts");

  const lanes = { writes: config.kong.concurrency, removals: config.kong.concurrency };
  const toKong = kongTransport({ ...config.kong, connections: connectionsNeeded(lanes) });
  const kongOver = (transport: KongTransport): Kong =>
    kongClient(transport, { tag: config.settings.kongTag, ...lanes, observe: metrics.kongCall });
  await checkKong(kongOver(toKong), log);

  const toCluster = instrumentedTransport(await kubeTransport(config.kubernetes), clock, metrics.kubernetesCall);
  const world = new World(config.limits);
  const events = eventRecorder({
    transport: toCluster,
    clock,
    random,
    controllerName: config.settings.ingressController,
    instance: hostname(),
    log,
  });
  let unusable: (problem: Unusable) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    unusable = reject;
  });
  failed.catch(() => undefined);

  const translate = translator(config.limits);
  const newTerm = (held: () => boolean): NewTerm => {
    const end = new AbortController();
    const options: ReconcilerOptions = {
      world,
      settings: config.settings,
      kube: kubeApi(fencedKube(toCluster, held, end.signal), { fieldManager, translate }),
      kong: kongOver(fencedKong(toKong, held, end.signal)),
      events,
      clock,
      random,
      log,
      limits: config.records,
      addresses: publishedAddresses(config),
      resyncMs: config.kong.resyncMs,
      foreignHosts: config.kong.foreignHosts,
      kongTimeoutMs: config.kong.timeoutMs,
      onUnsupportedKong: (problem) => {
        unusable(new Unusable(problem));
      },
      observeDecision: metrics.decided,
      observeQueue: metrics.worked,
      observeDrift: metrics.driftFound,
      observeLive: metrics.wentLive,
    };
    return { term: new Reconciler(options), end };
  };
  const leader = leadership(config, toCluster, newTerm, metrics.leading, log);
  const kongState = pollKong(kongOver(toKong));
  const watches = startWatches({
    transport: toCluster,
    clock,
    random,
    log,
    translate,
    onEvent: (event) => world.apply(event),
    onSynced: leader.start,
  });
  const health = await startHealth({
    address: config.health,
    checks: () => checks(watches, kongState.problem(), leader.term()),
    registry: {
      contentType: metrics.registry.contentType,
      metrics: () => {
        measure(metrics, world, watches, leader.term());
        return metrics.registry.metrics();
      },
    },
  });
  log.info({ port: health.port }, "health and metrics are served");
  const stop = (): Promise<void> => stopInOrder({ leader, watches, events, health, kongState, toKong, toCluster, log });
  return { healthPort: health.port, failed, stop };
}

/** Refuses a Kong that can't be used while there is somebody to read the sentence. */
async function checkKong(kong: Kong, log: Logger): Promise<void> {
  try {
    const info = await kong.info();
    const { problem } = requireSupportedKong(info);
    if (problem !== undefined) throw new Unusable(problem);
    log.info({ kong: info.version }, "Kong answers");
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    log.warn({ err: error }, "Kong does not answer yet");
  }
}

function measure(metrics: Metrics, world: World, watches: Watches, term: Reconciler | undefined): void {
  const phases: Record<"Pending" | "OK" | "Failed", number> = { Pending: 0, OK: 0, Failed: 0 };
  for (const claim of world.claims()) phases[claim.status?.phase ?? "Pending"] += 1;
  metrics.claims(phases);
  let held = 0;
  for (const record of world.records()) if (record.holder !== undefined) held += 1;
  metrics.hostsHeld(held);
  for (const { kind, lastActivityMs } of watches.health()) metrics.watchHeard(kind, lastActivityMs);
  const { depth, routes } = term?.health() ?? { depth: {}, routes: 0 };
  for (const [queue, waiting] of Object.entries(depth)) metrics.queued(queue, waiting);
  metrics.routesLive(routes);
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

async function stopInOrder(parts: {
  readonly leader: Leadership;
  readonly watches: Watches;
  readonly events: { readonly stop: () => Promise<void> };
  readonly health: Health;
  readonly kongState: { readonly stop: () => void };
  readonly toKong: KongTransport;
  readonly toCluster: KubeTransport;
  readonly log: Logger;
}): Promise<void> {
  parts.log.info({}, "stopping");
  await parts.leader.stop();
  parts.kongState.stop();
  await parts.watches.stop();
  await parts.events.stop();
  await parts.health.close();
  await Promise.allSettled([parts.toKong.close(), parts.toCluster.close()]);
  parts.log.info({}, "stopped");
}
