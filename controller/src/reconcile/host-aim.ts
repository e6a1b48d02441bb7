import type { HostDecision } from "../decide/host.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import type { SourceOutcome } from "../plan/summary.ts";
import type { Facts } from "../world/facts.ts";

/** What is decided for a host, the facts from which it was, and what Kong should have by it. */
export interface HostAim {
  readonly facts: Facts;
  readonly decision: HostDecision;
  readonly plan: HostPlan;
  /** What becomes of the sources that name it, once the plan is in effect. */
  readonly outcomes: readonly SourceOutcome[];
  /** False while it is not known what the Secrets have that its sources name: what was told before stays so long. */
  readonly tlsKnown: boolean;
}
