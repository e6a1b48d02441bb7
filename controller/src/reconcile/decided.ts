import type { RouteHost } from "@domain-claims/crds/hostname";
import { decideHost } from "../decide/host.ts";
import type { HostDecision } from "../decide/host.ts";
import type { Settings } from "../decide/settings.ts";
import { planHost } from "../plan/host.ts";
import type { HostRoutes } from "../plan/route.ts";
import { Facts } from "../world/facts.ts";
import type { Context } from "./context.ts";

const decisionOfHost = Symbol("what is decided about the host");
const routesOfHost = Symbol("the routes of the host");

/** A decision on a host, and the facts from which it was made. */
export interface Decided {
  readonly facts: Facts;
  readonly decision: HostDecision;
}

/** What is decided about a host at this moment. */
export function decidedFor({ settings, state }: Pick<Context, "settings" | "state">, host: RouteHost): Decided {
  const facts = new Facts(state);
  return { facts, decision: decisionFor(facts, settings, host) };
}

/** What is decided about a host: once for all who ask, until a fact changes. */
export function decisionFor(facts: Facts, settings: Settings, host: RouteHost): HostDecision {
  return facts.memoize(decisionOfHost, host, (once) => decideHost(once, settings, host));
}

/** What the gateway should have for a host by that decision: planned once for all who ask, until a fact changes. */
export function routesFor(facts: Facts, settings: Settings, host: RouteHost): HostRoutes {
  return facts.memoize(routesOfHost, host, (once) => planHost(once, settings, decisionFor(once, settings, host)));
}
