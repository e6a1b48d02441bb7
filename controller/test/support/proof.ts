import { Proof } from "../../src/apply/kong/proof.ts";
import { FakeClock } from "./fake-clock.ts";

const nothing = (): void => undefined;

/** A gateway that obeys at once, so that there is nothing to prove. */
export function obedient(): Proof {
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  return new Proof({ clock: new FakeClock(), log, signal: new AbortController().signal, onProved: nothing });
}
