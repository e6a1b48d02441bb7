import type { Clock } from "../time/clock.ts";
import { KubeError } from "../kube/errors.ts";
import { Lead, momentOf } from "./lead.ts";
import { isOlder, leaseClient, leaseSpecFor } from "./lease-object.ts";
import type { LeaseObject } from "./lease-object.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import { microTime } from "../kube/times.ts";
import { sleep } from "../time/sleep.ts";
import type { KubeTransport } from "../kube/calls.ts";

/** What a leader election needs. */
export interface LeaderElectionOptions {
  readonly transport: KubeTransport;
  readonly namespace: string;
  /** The Lease's name. */
  readonly name: string;
  /** Who we are, such as the pod's name; a random suffix is added. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long a candidate waits for a sign of the leader before it takes over. */
  readonly leaseDurationMs: number;
  /** How long the leader goes on without having renewed; less than the duration. */
  readonly renewDeadlineMs: number;
  /** How often the leader renews and candidates look; less than the deadline. */
  readonly retryPeriodMs: number;
  /** Annotations of the Lease, by which the leader tells everybody how it is; asked with every renewal. */
  readonly annotations: () => Readonly<Record<string, string>>;
  readonly onGained: () => void;
  readonly onLost: () => void;
  /**
   * Told that the API server has an older version of the Lease than it had before, as after etcd was restored from a backup:
   * what this process knows is of a time that never was. It takes no part any more.
   */
  readonly onWentBack: () => void;
  readonly log: Log;
}

/** One candidate. */
export interface LeaderElection {
  /**
   * Takes part until the signal aborts, then releases the Lease if it is held, and somebody else may start at once: abort
   * after the last write. After a loss it is a candidate again; where the API server went back, it is none any more. Never rejects.
   */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** True while nobody else can hold the Lease; false by itself when the renew deadline has passed. */
  readonly held: () => boolean;
  /** Milliseconds for which `held` stays true if nothing is renewed. */
  readonly remainingMs: () => number;
}

/**
 * Leader election on a Lease, by client-go's rules (client-go/tools/leaderelection): the clocks of two machines are
 * never compared; a candidate waits a whole lease duration during which the Lease did not change before its eyes. The
 * holder stops `leaseDurationMs - renewDeadlineMs` before anybody else may start, counted from when its last
 * successful renewal was sent. Throws for times by which two could hold it at once.
 */
export function leaderElection(options: LeaderElectionOptions): LeaderElection {
  const { clock, log, leaseDurationMs, renewDeadlineMs, retryPeriodMs } = options;
  if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs)) {
    throw new Error("leader election: the lease duration must exceed the renew deadline, and that the retry period");
  }
  const identity = `${options.identity}_${Math.floor(options.random() * 2 ** 40).toString(36)}`;
  const client = leaseClient(options.transport, options.namespace, options.name, renewDeadlineMs / 2);

  /** The Lease as we last wrote it. */
  let mine: LeaseObject | undefined;
  /** The Lease as last seen in somebody else's hands, and since when it has looked so. */
  let seen: { readonly text: string; readonly at: number } | undefined;
  /** The Lease as the API server had it last, in whoever's hands. */
  let last: LeaseObject | undefined;
  let wentBack = false;

  const tell = (what: string, callback: () => void): void => {
    log.info({ lease: `${options.namespace}/${options.name}`, identity }, what);
    try {
      callback();
    } catch (error) {
      log.error({ error: errorText(error) }, "leader election: a handler failed");
    }
  };
  const lead = new Lead({
    clock,
    renewDeadlineMs,
    onGained: () => tell("leadership gained", options.onGained),
    onLost: () => tell("leadership lost", options.onLost),
  });

  const mayTake = (lease: LeaseObject): boolean => {
    const holder = lease.spec?.holderIdentity ?? "";
    if (holder === "" || holder === identity) return true;
    lead.loseAtOnce();
    const text = JSON.stringify(lease.spec);
    if (seen?.text !== text) seen = { text, at: clock.monotonic() };
    const patience = Math.max(leaseDurationMs, (lease.spec?.leaseDurationSeconds ?? 0) * 1000);
    return clock.monotonic() - seen.at >= patience;
  };
  /** True for what can't follow the Lease that was there before; then the lead is over, for good. */
  const isOfThePast = (lease: LeaseObject): boolean => {
    if (last !== undefined && isOlder(lease, last)) {
      wentBack = true;
      lead.loseAtOnce();
      tell("the API server has gone back to an earlier time", options.onWentBack);
    }
    last = lease;
    return wentBack;
  };
  const takeOrKeep = async (): Promise<void> => {
    const current = mine ?? (await client.read());
    if (current !== undefined && (isOfThePast(current) || !mayTake(current))) return;
    const sentAt = momentOf(clock);
    const spec = leaseSpecFor(identity, current?.spec, leaseDurationMs, sentAt.wall);
    const lease = await client.write(current, spec, options.annotations());
    if (isOfThePast(lease)) return;
    mine = lease;
    lead.renewed(sentAt);
  };
  /** Once more at once where what we knew of the Lease is out of date. */
  const attempt = async (): Promise<void> => {
    try {
      const known = mine !== undefined;
      try {
        await takeOrKeep();
      } catch (error) {
        mine = undefined;
        if (!known || !(error instanceof KubeError) || error.kind === "unavailable") throw error;
        await takeOrKeep();
      }
    } catch (error) {
      const contended = error instanceof KubeError && (error.kind === "conflict" || error.kind === "alreadyExists");
      if (contended) log.debug({ lease: options.name }, "another candidate was faster");
      else log.warn({ lease: options.name, error: errorText(error) }, "the lease can't be read or written");
    }
    lead.loseUnlessHeld();
  };
  const release = async (): Promise<void> => {
    const lease = lead.held() ? mine : undefined;
    lead.loseAtOnce();
    if (lease === undefined) return;
    try {
      const now = microTime(clock.now());
      await client.write(lease, { holderIdentity: "", leaseDurationSeconds: 1, acquireTime: now, renewTime: now });
    } catch (error) {
      log.warn({ lease: options.name, error: errorText(error) }, "the lease could not be released; it will expire");
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && !wentBack) {
      await attempt();
      await sleep(clock, retryPeriodMs * (lead.held() ? 1 : 1 + options.random()), signal);
      lead.loseUnlessHeld();
    }
    await release();
  };
  return { run, held: () => lead.held(), remainingMs: () => lead.remainingMs() };
}
