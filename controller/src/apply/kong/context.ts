import type { Settings } from "../../decide/settings.ts";
import type { Kong } from "../../kong/client.ts";
import type { Log } from "../../operations/logging/logger.ts";
import type { KeyedMutex } from "../../queue/keyed-mutex.ts";
import type { TermState } from "../../world/term-state.ts";
import type { ActualState } from "./actual-state.ts";
import type { DesiredState } from "./desired-state.ts";
import type { FailingWrites } from "./failing-writes.ts";
import type { ForeignHosts } from "./foreign-hosts.ts";
import type { Proof } from "./proof.ts";
import type { Rounds } from "./round.ts";

/** What writes to Kong needs. What Kong has of a host, as far as it is known, goes into the state at once. */
export interface KongContext {
  readonly state: TermState;
  readonly settings: Settings;
  readonly kong: Kong;
  readonly log: Log;
  readonly actual: ActualState;
  readonly desired: DesiredState;
  readonly failing: FailingWrites;
  /** What of it the gateway has not proved to be in effect. */
  readonly proof: Proof;
  /** What routes of others name; undefined: nobody looks. */
  readonly foreign: ForeignHosts | undefined;
  readonly rounds: Rounds;
  readonly serviceMutex: KeyedMutex;
  /** Looks whether a Kong service is still needed. */
  readonly reviewService: (id: string) => void;
}
