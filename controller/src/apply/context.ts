import type { Clock } from "../time/clock.ts";
import type { DecisionLog } from "../reconcile/decision-log.ts";
import type { Readers } from "../reconcile/readers.ts";
import type { Settings } from "../decide/settings.ts";
import type { Kong } from "../kong/client.ts";
import type { KubeApi } from "../kube/api.ts";
import type { EventRecorder } from "../kube/events.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { Facts } from "../world/facts.ts";
import type { FactKey } from "../world/keys.ts";
import type { ClaimStatus, LoadBalancerAddress } from "../world/types.ts";
import type { World } from "../world/world.ts";
import type { DesiredState } from "./kong/desired-state.ts";
import type { KeyedMutex } from "../queue/keyed-mutex.ts";
import type { ActualState } from "./kong/actual-state.ts";
import type { Remembered } from "./kube/remembered.ts";
import type { Written } from "./kube/newest.ts";

/** Everything that the steps of one term of leadership may touch. */
export interface Context {
  readonly world: World;
  readonly settings: Settings;
  readonly readers: Readers;
  readonly kube: KubeApi;
  readonly kong: Kong;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly decisionLog: DecisionLog;
  readonly actual: ActualState;
  readonly desired: DesiredState;
  readonly serviceMutex: KeyedMutex;
  readonly writtenClaims: Written<ClaimStatus>;
  readonly writtenIngresses: Written<readonly LoadBalancerAddress[]>;
  /** What has been said in events on each Ingress, so that nothing is said twice. */
  readonly toldIngresses: Remembered<ReadonlySet<string>>;
  readonly limits: RecordLimits;
  /** The gateway's published address; empty if none is set. */
  readonly addresses: (facts: Facts) => readonly LoadBalancerAddress[];
  /** Has every reader of these facts decided again. */
  readonly changed: (keys: readonly FactKey[]) => void;
  /** Told of every claim that was decided otherwise than before. */
  readonly decided: (phase: ClaimStatus["phase"], reason: string) => void;
  /** Looks whether a Kong service is still needed. */
  readonly reviewService: (id: string) => void;
  /** Says that Kong did not answer, so that someone watches for its return. */
  readonly kongAway: () => void;
}

/** How much of the past the register keeps (rule O10). */
export interface RecordLimits {
  /** Milliseconds for which a released record stays. */
  readonly retentionMs: number;
  /** Released records that stay for the namespace that held them last. */
  readonly releasedPerNamespace: number;
}

/** A time as Kubernetes writes it: RFC 3339 in UTC, whole seconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d{3}Z$/, "Z");
}
