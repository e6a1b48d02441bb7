import type { KubeApi } from "../../kube/api.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { wholeSeconds } from "../../kube/times.ts";
import type { DecisionLog } from "../../operations/logging/decision-log.ts";
import type { Log } from "../../operations/logging/logger.ts";
import type { Clock } from "../../time/clock.ts";
import type { TermState } from "../../world/term-state.ts";
import type { ClaimNamespaces } from "./claim-namespaces.ts";

/** What writes to the API server needs. What is answered goes into the world at once. */
export interface KubeContext {
  readonly state: TermState;
  readonly kube: KubeApi;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly decisionLog: DecisionLog;
  readonly claimNamespaces: ClaimNamespaces;
}

/** The time, or the one so many milliseconds later, in {@link wholeSeconds}. */
export function timestamp(clock: Clock, laterMs = 0): string {
  return wholeSeconds(clock.now() + laterMs);
}
