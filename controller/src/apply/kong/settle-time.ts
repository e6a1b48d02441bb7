import type { Clock } from "../../time/clock.ts";
import { sleep } from "../../time/sleep.ts";
import type { Prover } from "./proof.ts";

/**
 * Where the gateway can't be asked: so many milliseconds after Kong's answer a change is taken to be in effect. `why` ends the
 * sentence that says so.
 */
export function settleTime(clock: Clock, settleMs: number, why = ""): Prover {
  return {
    asks: false,
    how: `by waiting for ${String(settleMs / 1000)} s${why}`,
    prove: async (signal) => {
      await sleep(clock, settleMs, signal);
      signal.throwIfAborted();
    },
  };
}
