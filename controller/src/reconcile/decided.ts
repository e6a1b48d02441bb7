import type { RouteHost } from "@domain-claims/crds/hostname";
import type { KongContext } from "../apply/kong/context.ts";
import { decideHost } from "../decide/host.ts";
import type { HostDecision } from "../decide/host-decision.ts";
import type { Settings } from "../decide/settings.ts";
import { planHost } from "../plan/host.ts";
import { kongPlan } from "../plan/kong/host.ts";
import type { HostPlan } from "../plan/kong/host.ts";
import { targetNames } from "../plan/kong/target-names.ts";
import type { HostRoutes } from "../plan/host-routes.ts";
import { sourceOutcomes } from "../plan/summary.ts";
import type { SourceOutcome } from "../plan/summary.ts";
import { sameJson } from "../world/compare.ts";
import { Facts } from "../world/facts.ts";

const decisionOfHost = Symbol("what is decided about the host");
const routesOfHost = Symbol("the routes of the host");
const planOfHost = Symbol("what Kong should have for the host");
const outcomesOfHost = Symbol("what the routes make of the host's sources");

/** A decision on a host, and the facts from which it was made. */
export interface Decided {
  readonly facts: Facts;
  readonly decision: HostDecision;
}

/** What is decided about a host at this moment. */
export function decidedFor({ settings, state }: Pick<KongContext, "settings" | "state">, host: RouteHost): Decided {
  const facts = new Facts(state);
  return { facts, decision: decisionFor(facts, settings, host) };
}

/** What is decided about a host: once for all who ask, and the same object for as long as it says the same. */
export function decisionFor(facts: Facts, settings: Settings, host: RouteHost): HostDecision {
  return facts.memoize<HostDecision>(decisionOfHost, host, (once, before) => {
    const decision = decideHost(once, settings, host);
    return before !== undefined && sameJson(before, decision) ? before : decision;
  });
}

/** What the gateway should have for a host by that decision: planned once for all who ask. */
export function routesFor(facts: Facts, settings: Settings, host: RouteHost): HostRoutes {
  const decision = decisionFor(facts, settings, host);
  return facts.memoize(
    routesOfHost,
    host,
    (once) => planHost(once, settings, decision, targetNames(settings)),
    decision,
  );
}

/** What Kong should have by that: the same object for as long as it is the same. */
export function planFor(facts: Facts, settings: Settings, host: RouteHost): HostPlan {
  const routes = routesFor(facts, settings, host);
  return facts.memoize(planOfHost, host, (once) => kongPlan(settings, routes, once.kong.preFunction), routes);
}

/** What becomes of the host's sources, once that is in effect. */
export function outcomesFor(facts: Facts, settings: Settings, host: RouteHost): readonly SourceOutcome[] {
  const routes = routesFor(facts, settings, host);
  const decision = decisionFor(facts, settings, host);
  return facts.memoize(outcomesOfHost, host, (once) => sourceOutcomes(once, settings, decision, routes), routes);
}
