import { anyHost } from "@domain-claims/crds/host";
import { isOurs } from "../decide/source-class.ts";
import { KongAvailability } from "../kong/availability.ts";
import type { Kong } from "../kong/client.ts";
import type { KubeApi } from "../kube/api.ts";
import type { Log } from "../operations/logging/logger.ts";
import { Reconciler } from "../reconcile/reconciler.ts";
import type { ReconcilerOptions } from "../reconcile/reconciler-options.ts";
import type { Config } from "../settings/config.ts";
import type { Clock } from "../time/clock.ts";
import { sleep } from "../time/sleep.ts";
import { compareText } from "../world/compare.ts";
import { Facts } from "../world/facts.ts";
import { hostsOf } from "../world/source-hosts.ts";
import { TermState } from "../world/term-state.ts";
import type { World } from "../world/world.ts";
import { findings } from "./findings.ts";
import type { Findings, UnclaimedHost } from "./findings.ts";
import { imaginedKong } from "./imagined-kong.ts";
import { imaginedKube } from "./imagined-kube.ts";

/** What is given up then: a report of a cluster that is not quiet by then says so. */
const patienceMs = 10 * 60_000;

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

/** Decides everything in a world until nothing changes any more, and says what would come of it. */
export async function reportOn({ config, world, kube, kong, clock, random, log }: ReportParts): Promise<Findings> {
  const imagined = imaginedKong(kong);
  const availability = new KongAvailability({ kong, clock, log });
  let lastRun = clock.monotonic();
  const options: ReconcilerOptions = {
    ...{ world, settings: config.settings, availability, clock, random, log, limits: config.records },
    kube: imaginedKube(kube, world),
    kong: imagined,
    events: { record: () => undefined, stop: async () => await Promise.resolve(), dropped: () => 0 },
    orders: undefined,
    addresses: () => [],
    resyncMs: 0,
    foreignHosts: config.kong.foreignHosts,
    // A gateway that is imagined obeys at once.
    proverFor: () => undefined,
    httpsProxies: undefined,
    kongTimeoutMs: config.kong.timeoutMs,
    onUnusableKong: (problem) => log.error({ problem }, "Kong can't be used"),
    observeQueue: () => (lastRun = clock.monotonic()),
  };
  const reconciler = new Reconciler(options);
  reconciler.start();
  const settled = await quiet(reconciler, clock, () => lastRun);
  await reconciler.stop();
  availability.stop();
  const unclaimed = unclaimedHosts(world, config.settings);
  return findings({ claims: world.claims(), unclaimed, writes: imagined.writes(), settled });
}

/** Hosts that sources of ours name, and that their namespace would not hold, sorted. */
function unclaimedHosts(world: World, settings: Config["settings"]): readonly UnclaimedHost[] {
  const facts = new Facts(new TermState(world, () => undefined));
  return [...world.sources()]
    .filter((source) => isOurs(facts, settings, source))
    .flatMap((source) =>
      [...hostsOf(source)]
        .filter((host) => host === anyHost || world.record(host)?.holder?.namespace !== source.namespace)
        .map((host) => ({
          host: host === anyHost ? "any host" : host,
          ...{ kind: source.kind, namespace: source.namespace, name: source.name },
        })),
    )
    .sort((a, b) => compareText(Object.values(a).join(" "), Object.values(b).join(" ")));
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
