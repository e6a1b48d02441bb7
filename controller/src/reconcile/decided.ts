import type { RouteHost } from "@domain-claims/crds/hostname";
import { decideHost } from "../decide/host.ts";
import type { HostDecision } from "../decide/host.ts";
import type { Settings } from "../decide/settings.ts";
import { planHost } from "../plan/host.ts";
import type { HostRoutes } from "../plan/route.ts";
import type { Facts } from "../world/facts.ts";

const decisionOfHost = Symbol("what is decided about the host");
const routesOfHost = Symbol("the routes of the host");

/** What is decided about a host: once for all who ask, until a fact changes. */
export function decisionFor(facts: Facts, settings: Settings, host: RouteHost): HostDecision {
  return facts.memoize(decisionOfHost, host, (once) => decideHost(once, settings, host));
}

/** What the gateway should have for a host by that decision: planned once for all who ask, until a fact changes. */
export function routesFor(facts: Facts, settings: Settings, host: RouteHost): HostRoutes {
  return facts.memoize(routesOfHost, host, (once) => planHost(once, settings, decisionFor(once, settings, host)));
}
