import type { RecordLimits } from "../apply/context.ts";
import type { Clock } from "../time/clock.ts";
import type { Settings } from "../decide/settings.ts";
import type { KongAvailability } from "../kong/availability.ts";
import type { Kong } from "../kong/client.ts";
import type { KubeApi } from "../kube/api.ts";
import type { EventRecorder } from "../kube/events.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { Facts } from "../world/facts.ts";
import type { ClaimStatus, LoadBalancerAddress } from "../world/types.ts";
import type { Outcome } from "../queue/work-queue.ts";
import type { World } from "../world/world.ts";

/** What one term of leadership needs. */
export interface ReconcilerOptions {
  readonly world: World;
  readonly settings: Settings;
  readonly kube: KubeApi;
  readonly kong: Kong;
  readonly availability: Pick<KongAvailability, "observe" | "suspect">;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly limits: RecordLimits;
  readonly addresses: (facts: Facts) => readonly LoadBalancerAddress[];
  /** Told how long it took from the first event to the last write to Kong that it caused, in seconds. */
  readonly observeLive?: (seconds: number) => void;
  /** Milliseconds between two looks for drift in Kong; 0: never. */
  readonly resyncMs: number;
  /** How long a request to Kong may take: so long, writes of whoever led before may still arrive, and are looked for. */
  readonly kongTimeoutMs: number;
  /** Called when Kong turns out to be one that can't be used; the sentence says why. */
  readonly onUnsupportedKong: (problem: string) => void;
  readonly observeDecision?: (phase: ClaimStatus["phase"], reason: string) => void;
  readonly observeQueue?: (queue: string, seconds: number, outcome: Outcome) => void;
  readonly observeDrift?: (hosts: number) => void;
}
