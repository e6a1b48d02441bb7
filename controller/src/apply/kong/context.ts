import type { Settings } from "../../decide/settings.ts";
import type { Kong } from "../../kong/client.ts";
import type { Log } from "../../operations/logging/logger.ts";
import type { KeyedMutex } from "../../queue/keyed-mutex.ts";
import type { TermState } from "../../world/term-state.ts";
import type { KeyPair, SecretRef } from "../../world/tls.ts";
import type { PemPair } from "../../x509/key-pair.ts";
import type { ActualState } from "./actual-state.ts";
import type { DesiredState } from "./desired-state.ts";
import type { FailingWrites } from "./failing-writes.ts";
import type { ForeignHosts } from "./foreign-hosts.ts";
import type { Handshakes } from "./handshakes.ts";
import type { Proof } from "./proof.ts";
import type { Rounds } from "./round.ts";
import type { Slot } from "./slot.ts";

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
  /** What it shows in TLS handshakes; undefined: it can't be asked. */
  readonly handshakes: Handshakes | undefined;
  /** What routes of others name; undefined: nobody looks. */
  readonly foreign: ForeignHosts | undefined;
  readonly rounds: Rounds;
  /** For services and certificates, which several hosts share; by id. */
  readonly mutex: KeyedMutex;
  /** Looks whether a service or a certificate is still needed. */
  readonly review: (slot: Slot) => void;
  /** Reads the pair that a Secret has, if it is the one with these hashes. Throws KubeError, also where it is another one by now. */
  readonly pairOf: (secret: SecretRef, hashes: Pick<KeyPair, "certHash" | "keyHash">) => Promise<PemPair>;
}
