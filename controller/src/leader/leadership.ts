import { hostname } from "node:os";
import { systemClock } from "../time/clock.ts";
import type { Config } from "../settings/config.ts";
import { leaderElection } from "./lease.ts";
import type { KubeTransport } from "../kube/calls.ts";
import type { Logger } from "../operations/logging/log.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";

/** The terms of this process, one after the other. */
export interface Leadership {
  /** The term that runs now. */
  readonly term: () => Reconciler | undefined;
  /** To be called when everything has been watched once. */
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

/** A term that has not begun, and what ends its calls. */
export interface NewTerm {
  readonly term: Reconciler;
  readonly end: AbortController;
}

/** Runs a term whenever this process leads; `onLeading` is told when that begins and ends. */
export function leadership(
  config: Config,
  transport: KubeTransport,
  newTerm: (held: () => boolean) => NewTerm,
  onLeading: (leads: boolean) => void,
  log: Logger,
): Leadership {
  let current: NewTerm | undefined;
  let ending: Promise<void> = Promise.resolve();
  let running: Promise<void> = Promise.resolve();
  const campaign = new AbortController();
  let held = (): boolean => true;

  const begin = (): void => {
    onLeading(true);
    // Two terms of one process never overlap: the next one waits for the last writes of the one before.
    void ending.then(() => {
      if (current !== undefined || !held() || campaign.signal.aborted) return;
      current = newTerm(held);
      current.term.start();
    });
  };
  const end = (): void => {
    onLeading(false);
    const ended = current;
    current = undefined;
    ended?.end.abort(new Error("the term of leadership is over"));
    if (ended !== undefined) ending = ended.term.stop();
  };
  const start = (): void => {
    const { enabled, ...lease } = config.leaderElection;
    if (!enabled) {
      begin();
      return;
    }
    const election = leaderElection({
      ...lease,
      transport,
      identity: hostname(),
      clock: systemClock,
      random: Math.random,
      onGained: begin,
      onLost: end,
      log,
    });
    held = election.held;
    running = election.run(campaign.signal);
  };
  return {
    term: () => current?.term,
    start,
    stop: async () => {
      const last = current;
      current = undefined;
      await Promise.all([ending, last?.term.stop()]);
      campaign.abort();
      await running;
    },
  };
}
