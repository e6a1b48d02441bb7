import type { Log } from "../operations/logging/logger.ts";
import type { Clock } from "../time/clock.ts";
import type { EventLoop } from "../time/event-loop.ts";
import type { FailuresOptions } from "./failures.ts";

/** What a key's work comes to, beside success. */
export interface WorkOutcome {
  /** Has the key worked on again after so many milliseconds, or when it is added before; 0: at the end of its group's line. */
  readonly requeueAfterMs: number;
  /** True if what is left to do is not urgent. */
  readonly noHurry?: boolean;
}

/** What one run of a key's work is told. */
export interface KeyRun {
  readonly signal: AbortSignal;
  /** Milliseconds of the monotonic clock at which the key was first asked for. */
  readonly askedAt: number;
  /** True if the key has one of the places that are kept for what is urgent: only that is to be done. */
  readonly urgent: boolean;
  /** True if the last run asked for this one (`requeueAfterMs` 0), and nobody else did since that run began. */
  readonly continued: boolean;
  /** Once true, the key's work is going to be done once more right after this. */
  readonly askedAgain: () => boolean;
  /** Says that what the key was asked for until now is taken care of by what this run does from now on. */
  readonly begin: () => void;
  /** Says what is to be done for the key: earlier failures at something else make that wait no longer than a first failure would. */
  readonly aimAt: (aim: string) => void;
}

/** What a {@link WorkQueue} needs. By default a failure is waited for from 200 ms up to 60 s, and none is contention. */
export interface WorkQueueOptions extends Pick<FailuresOptions, "random">, Partial<Omit<FailuresOptions, "random">> {
  /** Names the queue in logs and metrics. */
  readonly name: string;
  /** Most keys at work at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose key it is: those who wait take turns; undefined: nobody's, which is a group as well. Default: all are nobody's. */
  readonly groupOf?: ((key: string) => string | undefined) | undefined;
  /** Most keys of one group at work at once, however many others wait. Default: no limit but `concurrency`. */
  readonly concurrencyPerGroup?: number | undefined;
  /** Keys that are urgent stand in a line of their own, with places of their own. Default: none is. */
  readonly urgent?:
    { readonly is: (key: string) => boolean; readonly places: number; readonly placesPerGroup: number } | undefined;
  /** Does what the key stands for. Rejecting means: again later, and not before `retryAfterMs` if the error has one. */
  readonly work: (key: string, run: KeyRun) => Promise<WorkOutcome | undefined>;
  /** Makes room for what else the process has to do, between two runs. */
  readonly eventLoop: EventLoop;
  /** Told after every run; for metrics. */
  readonly observe?: ((name: string, seconds: number, outcome: RunOutcome) => void) | undefined;
}

/** How the work of a key ended: `requeued` is a failure that was nobody's fault. */
export type RunOutcome = "done" | "requeued" | "failed";
