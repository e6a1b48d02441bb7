import { anyHost } from "@domain-claims/crds/host";
import { isOurs } from "../decide/source-class.ts";
import { KongAvailability } from "../kong/availability.ts";
import { connectionsNeeded, kongClient, requireSupportedKong } from "../kong/client.ts";
import type { Kong } from "../kong/client.ts";
import { kongTransport } from "../kong/transport.ts";
import { kubeApi } from "../kube/api.ts";
import type { KubeApi } from "../kube/api.ts";
import { kubeTransport } from "../kube/transport.ts";
import type { KubeTransport } from "../kube/calls.ts";
import type { Log } from "../operations/logging/logger.ts";
import { Reconciler } from "../reconcile/reconciler.ts";
import type { ReconcilerOptions } from "../reconcile/reconciler.ts";
import type { Config } from "../settings/config.ts";
import { systemClock } from "../time/clock.ts";
import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { translator } from "../translate/translate.ts";
import type { Translate } from "../translate/translate.ts";
import { watchesFor } from "../watch/kinds.ts";
import { startWatches } from "../watch/watches.ts";
import { Facts } from "../world/facts.ts";
import { hostsOf } from "../world/source-hosts.ts";
import { TermState } from "../world/term-state.ts";
import { World } from "../world/world.ts";
import { imaginedKong } from "./imagined-kong.ts";
import { imaginedKube } from "./imagined-kube.ts";
import { reportText } from "./text.ts";

/** What is given up then: a report of a cluster that is not quiet by then says so. */
const patienceMs = 10 * 60_000;

/**
 * Decides once what is in the cluster, as a controller that leads would, and says what would come of it. Nothing is written.
 * Throws KongError where Kong does not answer, and an Error where it can't be used.
 */
export async function reportOnly(config: Config, log: Log): Promise<string> {
  const toKong = kongTransport({ ...config.kong, connections: connectionsNeeded({}) });
  const cluster = await kubeTransport(config.kubernetes);
  const kong = kongClient(toKong, { tag: config.settings.kongTag });
  const { problem } = requireSupportedKong(await kong.info());
  if (problem !== undefined) throw new Error(problem);
  const primaryKeys = config.settings.primaryNamespaces.map(({ key }) => key);
  const translate = translator(config.limits, primaryKeys);
  const world = new World(config.limits, { orders: false });
  const stop = await synced(world, cluster, translate, log);
  try {
    const kube = kubeApi(cluster, { fieldManager: "domain-claims", translate });
    return await reportOn({ config, world, kube, kong, clock: systemClock, random: Math.random, log });
  } finally {
    await stop();
    await Promise.allSettled([toKong.close(), cluster.close()]);
  }
}

/**
 * Watches until everything has been seen once; what is returned ends the watches. Throws an Error that names the kinds which
 * could not be listed in time: the log says why.
 */
async function synced(
  world: World,
  transport: KubeTransport,
  translate: Translate,
  log: Log,
): Promise<() => Promise<void>> {
  const clock = systemClock;
  const over = new AbortController();
  const watches = startWatches({
    ...{ transport, clock, random: Math.random, log, translate },
    watches: watchesFor({ orders: false, approvals: false }),
    onEvent: (event) => world.apply(event),
    onSynced: () => over.abort(),
  });
  await sleep(clock, listingMs, over.signal);
  if (over.signal.aborted) return () => watches.stop();
  const missing = watches.health().flatMap(({ kind, synced: seen }) => (seen ? [] : [kind]));
  await watches.stop();
  throw new Error(`the API server has not shown all of ${missing.join(", ")}: may they be listed and watched?`);
}

/** How long the first listing of everything may take. */
const listingMs = 120_000;

/** What a report is made from: a world that has been filled, and what is asked beside it. */
export interface ReportParts {
  readonly config: Pick<Config, "settings" | "records" | "kong">;
  readonly world: World;
  readonly kube: KubeApi;
  readonly kong: Kong;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** Decides everything in a world until nothing changes any more, and reports. */
export async function reportOn({ config, world, kube, kong, clock, random, log }: ReportParts): Promise<string> {
  const gateway = imaginedKong(kong);
  const availability = new KongAvailability({ kong, clock, log });
  let lastRun = clock.monotonic();
  const options: ReconcilerOptions = {
    ...{ world, settings: config.settings, availability, clock, random, log, limits: config.records },
    kube: imaginedKube(kube, world),
    kong: gateway,
    events: { record: () => undefined, stop: async () => await Promise.resolve(), dropped: () => 0 },
    orders: undefined,
    addresses: () => [],
    resyncMs: 0,
    foreignHosts: config.kong.foreignHosts,
    // A gateway that is imagined obeys at once.
    proverFor: () => undefined,
    httpsProxies: undefined,
    kongTimeoutMs: config.kong.timeoutMs,
    onUnsupportedKong: (problem) => log.error({ problem }, "Kong can't be used"),
    observeQueue: () => (lastRun = clock.monotonic()),
  };
  const reconciler = new Reconciler(options);
  reconciler.start();
  const settled = await quiet(reconciler, clock, () => lastRun);
  await reconciler.stop();
  availability.stop();
  const unclaimed = unclaimedHosts(world, config.settings);
  return reportText({ claims: world.claims(), unclaimed, writes: gateway.writes(), settled });
}

/** Hosts that sources of ours name, and that their namespace would not hold: `host namespace/name`. */
function unclaimedHosts(world: World, settings: Config["settings"]): readonly string[] {
  const facts = new Facts(new TermState(world, () => undefined));
  return [...world.sources()]
    .filter((source) => isOurs(facts, settings, source))
    .flatMap((source) =>
      [...hostsOf(source)]
        .filter((host) => host === anyHost || world.record(host)?.holder?.namespace !== source.namespace)
        .map((host) => `${host === anyHost ? "any host" : host} (${source.kind} ${source.namespace}/${source.name})`),
    )
    .sort();
}

/** A claim whose decision is under way is looked at again within a second; then nothing has happened for long. */
const quietMs = 3_000;

/** Waits until nothing has run for a while and nothing waits; false where that does not come. */
async function quiet(reconciler: Reconciler, clock: Clock, lastRun: () => number): Promise<boolean> {
  const until = clock.monotonic() + patienceMs;
  while (clock.monotonic() < until) {
    const { queues, kongKnown } = reconciler.health();
    const waiting = Object.values(queues).some(({ depth, retrying }) => depth + retrying > 0);
    if (kongKnown && !waiting && clock.monotonic() - lastRun() >= quietMs) return true;
    await sleep(clock, 200, new AbortController().signal);
  }
  return false;
}
