import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import type { TermState } from "../world/term-state.ts";
import type { WorldEvent } from "../world/event.ts";
import type { Context } from "./context.ts";

/** One kind of work: everything that the reconciler has to know of it. */
export interface Work {
  /** Items of the kind that are at work at once. */
  readonly concurrency: number;
  /** Items of one tenant that are at work at once; default: all of `concurrency`. */
  readonly concurrencyPerTenant?: number;
  /** Items that are urgent have places of their own: whatever else there is to do, they don't wait behind it. */
  readonly urgent?: {
    readonly is: (state: TermState, key: string) => boolean;
    readonly places: number;
    readonly placesPerTenant: number;
  };
  /** True if many events of one turn of the event loop are to make one run. */
  readonly coalesced?: boolean;
  /** True if what failed while Kong was away is done at once when it returns. */
  readonly needsKong?: boolean;
  /**
   * The keys that an event concerns by itself, whether or not a decision has read it before. One that changed no fact
   * concerns nobody but its object, which has to be what it was made (rule O8).
   */
  readonly keysFor: (event: WorldEvent, changedFacts: boolean) => readonly string[];
  /** The keys that are done once at the beginning of a term, beside those of every object that there is. */
  readonly firstKeys?: (context: Context) => readonly string[];
  /** The namespace that the item's work is done for, by which items take turns; undefined: nobody's in particular. */
  readonly tenantOf: (state: TermState, key: string) => string | undefined;
  /** Brings the item in line; rejecting means: again after a back-off. */
  readonly reconcile: (context: Context, key: string, run: KeyRun) => Promise<WorkOutcome | undefined>;
}
