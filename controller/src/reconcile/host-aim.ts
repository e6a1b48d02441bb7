import type { ActualState } from "../apply/kong/actual-state.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import type { SourceOutcome } from "../plan/summary.ts";
import type { Decided } from "./decided.ts";

/** What is decided for a host, the facts from which it was, and what Kong should have by it. */
export interface HostAim extends Decided {
  readonly plan: HostPlan;
  /** What becomes of the sources that name it, once the plan is in effect. */
  readonly outcomes: readonly SourceOutcome[];
  /** False while it is not known what the Secrets have that its sources name: what was told before stays so long. */
  readonly tlsKnown: boolean;
}

/**
 * What is aimed at, as far as a failure counts for it: what has to leave Kong does not wait since something else could not be
 * written before (rule L4), also where that became known only while it was being written.
 */
export function nameOfAim({ decision, plan }: HostAim, actual: Pick<ActualState, "forHost">): string {
  const wanted = new Set(plan.routes.map(({ id }) => id));
  const removes = actual.forHost("routes", decision.host).some(({ id }) => !wanted.has(id));
  return `${removes ? "remove, " : ""}serve ${decision.serving ?? "nobody"}`;
}
