import type { Settings } from "../decide/settings.ts";
import type { KongAvailability } from "../kong/availability.ts";
import type { Kong } from "../kong/client.ts";
import type { KubeApi } from "../kube/api.ts";
import type { EventRecorder } from "../kube/events.ts";
import type { Log } from "../operations/logging/logger.ts";
import type { RunOutcome } from "../queue/work-queue-options.ts";
import type { Clock } from "../time/clock.ts";
import type { EventLoop } from "../time/event-loop.ts";
import type { World } from "../world/world.ts";
import type { Context } from "./context.ts";

/** What one term of leadership needs. */
export interface ReconcilerOptions extends Pick<
  Context,
  "limits" | "addresses" | "httpsProxies" | "kongTimeoutMs" | "orders" | "proverFor" | "resyncMs"
> {
  readonly world: World;
  readonly settings: Settings;
  readonly kube: KubeApi;
  readonly kong: Kong;
  readonly availability: Pick<KongAvailability, "observe" | "suspect">;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** What else there is to do shares it; default: one of its own. */
  readonly eventLoop?: EventLoop;
  readonly random: () => number;
  readonly log: Log;
  /** Whether to look for what routes of others in Kong name; see `ForeignHosts` for what that costs. */
  readonly foreignHosts: boolean;
  readonly onUnusableKong: Context["onUnusableKong"];
  readonly observeDecision?: Context["decided"];
  readonly observeQueue?: (queue: string, seconds: number, outcome: RunOutcome) => void;
  readonly observeDrift?: Context["driftFound"];
  readonly observeLive?: Context["wentLive"];
  readonly observeTooLarge?: Context["claimTooLarge"];
  readonly observeForgotten?: Context["foreignForgotten"];
  readonly observeKong?: Context["kongSaid"];
  readonly observeRequest?: Context["requestDecided"];
  readonly observeOrder?: Context["ordered"];
}
