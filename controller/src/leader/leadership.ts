import type { KubeTransport } from "../kube/calls.ts";
import { errorText } from "../operations/logging/logger.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { Clock } from "../time/clock.ts";
import { leaderElection } from "./lease.ts";

/** What runs while this process leads. */
export interface Term {
  readonly start: () => void;
  /** Ends it: begins nothing more, and resolves when the last write has ended. */
  readonly stop: () => Promise<void>;
}

/** What {@link leadership} needs. */
export interface LeadershipOptions<T extends Term> {
  /** Undefined: no election, this process leads from the start. */
  readonly lease:
    | {
        readonly namespace: string;
        readonly name: string;
        readonly leaseDurationMs: number;
        readonly renewDeadlineMs: number;
        readonly retryPeriodMs: number;
      }
    | undefined;
  /** Who we are, such as the pod's name. */
  readonly identity: string;
  /** Annotations of the Lease while this process leads. */
  readonly annotations: () => Readonly<Record<string, string>>;
  readonly transport: KubeTransport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /**
   * Resolves when this process knows all that the leader before it has written, which can write no more: no term begins before.
   * A watch may be behind, or its connection be dead without a sign.
   */
  readonly catchUp: () => Promise<void>;
  /** Makes a term: it may write while `held()`, and has to give its calls up when `over` aborts. */
  readonly newTerm: (held: () => boolean, over: AbortSignal) => T;
  /** Told when a term begins and when it ends: between the lead and the term nothing is decided. */
  readonly onLeading: (leads: boolean) => void;
  /** Told that the API server has gone back to an earlier time: no term begins any more. */
  readonly onWentBack: () => void;
}

/** The terms of this process, one after the other. */
export interface Leadership<T extends Term> {
  /** The term that runs now; undefined while there is none. */
  readonly term: () => T | undefined;
  /** Milliseconds for which this process has had the lead without a term; undefined: it has one, or no lead. */
  readonly waitsMs: () => number | undefined;
  /** To be called when everything has been watched once. */
  readonly start: () => void;
  /** Lets the term that runs end the writes that are under way, then releases the Lease. No write and no term begins after the call. */
  readonly stop: () => Promise<void>;
}

/** Runs a term whenever this process leads. Two terms never overlap: the next waits for the last write of the one before. */
export function leadership<T extends Term>(options: LeadershipOptions<T>): Leadership<T> {
  const { catchUp, clock, lease, log, newTerm, onLeading } = options;
  const campaign = new AbortController();
  let current: { readonly term: T; readonly over: AbortController } | undefined;
  let lastEnded: Promise<void> = Promise.resolve();
  let election: Promise<void> = Promise.resolve();
  let stopping = false;
  /** How often this process has gained the lead. */
  let gains = 0;
  /** When the lead was gained for which no term has begun yet, by the monotonic clock. */
  let waitsSince: number | undefined;

  const stopped = (term: T): Promise<void> =>
    term.stop().catch((error: unknown) => {
      log.error({ error: errorText(error) }, "a term of leadership did not end well");
    });
  const begin = (held: () => boolean): void => {
    const gain = ++gains;
    waitsSince = clock.monotonic();
    void Promise.all([lastEnded, lease === undefined ? undefined : catchUp()]).then(() => {
      if (current !== undefined || stopping || !held() || gain !== gains) return;
      waitsSince = undefined;
      onLeading(true);
      const over = new AbortController();
      current = { term: newTerm(() => !stopping && held(), over.signal), over };
      current.term.start();
    });
  };
  const end = (): void => {
    waitsSince = undefined;
    onLeading(false);
    const ended = current;
    current = undefined;
    ended?.over.abort(new Error("the term of leadership is over"));
    // While we stop, it has been told already.
    if (ended !== undefined && !stopping) lastEnded = stopped(ended.term);
  };

  return {
    term: () => (stopping ? undefined : current?.term),
    waitsMs: () => (stopping || waitsSince === undefined ? undefined : clock.monotonic() - waitsSince),
    start: () => {
      if (stopping) return;
      if (lease === undefined) {
        begin(() => true);
        return;
      }
      const { held, run } = leaderElection({
        ...options,
        ...lease,
        onGained: () => {
          begin(held);
        },
        onLost: end,
      });
      election = run(campaign.signal);
    },
    stop: async () => {
      stopping = true;
      await Promise.all([lastEnded, ...(current === undefined ? [] : [stopped(current.term)])]);
      campaign.abort();
      await election;
    },
  };
}
