import { connectionsNeeded, kongClient, requireSupportedKong } from "../kong/client.ts";
import { kongTransport } from "../kong/transport.ts";
import { kubeApi } from "../kube/api.ts";
import type { KubeTransport } from "../kube/calls.ts";
import { kubeTransport } from "../kube/transport.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { Config } from "../settings/config.ts";
import { systemClock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { translator } from "../translate/translate.ts";
import type { Translate } from "../translate/translate.ts";
import { watchesFor } from "../watch/kinds.ts";
import { startWatches } from "../watch/watches.ts";
import { World } from "../world/world.ts";
import { reportAgain } from "./again.ts";
import type { Report } from "./again.ts";
import { reportOn } from "./report.ts";
import { reportText } from "./text.ts";

/** Where reports go, and what ends them. */
export interface ReportOutput {
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Decides what is in the cluster, as a controller that leads would, and prints what would come of it: once, or where that is
 * asked for whenever something else would, until the signal aborts. Nothing is written. Throws KongError where Kong does not
 * answer, and an Error where it can't be used or the cluster can't be read.
 */
export async function reportOnly(config: Config, log: Log, { print, signal }: ReportOutput): Promise<void> {
  const toKong = kongTransport({ ...config.kong, connections: connectionsNeeded({}) });
  const cluster = await kubeTransport(config.kubernetes);
  const kong = kongClient(toKong, { tag: config.settings.kongTag });
  const primaryKeys = config.settings.primaryNamespaces.map(({ key }) => key);
  const translate = translator(config.limits, primaryKeys);
  const kube = kubeApi(cluster, translate);
  const report = async (): Promise<Report> => {
    // What a report imagines stays in its world: each has one of its own.
    const world = new World(config.limits, { orders: false });
    const { changed, end } = await synced(world, cluster, translate, log);
    try {
      const found = await reportOn({ config, world, kube, kong, clock: systemClock, random: Math.random, log });
      return { text: config.report.format === "json" ? `${JSON.stringify(found)}\n` : reportText(found), changed, end };
    } catch (error) {
      await end();
      throw error;
    }
  };
  try {
    const { problem } = requireSupportedKong(await kong.info());
    if (problem !== undefined) throw new Error(problem);
    if (config.report.watch) {
      await reportAgain({ report, print, signal, lookAgainMs: config.kong.resyncMs, clock: systemClock });
    } else {
      const { text, end } = await report();
      print(text);
      await end();
    }
  } finally {
    await Promise.allSettled([toKong.close(), cluster.close()]);
  }
}

/**
 * Watches until everything has been seen once; `changed` aborts with the first event after that, and `end` ends the watches.
 * Throws an Error that names the kinds which could not be listed in time: the log says why.
 */
async function synced(
  world: World,
  transport: KubeTransport,
  translate: Translate,
  log: Log,
): Promise<Pick<Report, "changed" | "end">> {
  const clock = systemClock;
  const [listed, changed] = [new AbortController(), new AbortController()];
  const watches = startWatches({
    ...{ transport, clock, random: Math.random, log, translate },
    watches: watchesFor({ orders: false, clusterIssuers: false, issuers: false, approvals: false }),
    onEvent: (event) => {
      world.apply(event);
      if (listed.signal.aborted) changed.abort();
    },
    onSynced: () => listed.abort(),
  });
  await sleep(clock, listingMs, listed.signal);
  if (listed.signal.aborted) return { changed: changed.signal, end: () => watches.stop() };
  const missing = watches.health().flatMap(({ kind, synced: seen }) => (seen ? [] : [kind]));
  await watches.stop();
  throw new Error(`the API server has not shown all of ${missing.join(", ")}: may they be listed and watched?`);
}

/** How long the first listing of everything may take. */
const listingMs = 120_000;
